package dev.meridian.agent.images;

import dev.meridian.domain.image.ImageSource.SecretName;
import java.nio.file.Path;
import java.util.Optional;

/** Where kubelet has put a Secret for a machine of the node. */
public interface SecretFiles {
    /** Directory with a file a key; empty while there is none. */
    Optional<Path> of(SecretName secret);
}
