package dev.meridian.agent;

import dev.meridian.domain.supply.MountedText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the Secrets that kubelet has mounted for a reservation pod. */
final class MountedTexts {
    /** A Secret's. */
    private static final int LONGEST = 1 << 20;

    private final Path kubeletRoot;

    /** @param kubeletRoot kubelet's root directory on the host */
    MountedTexts(Path kubeletRoot) {
        this.kubeletRoot = kubeletRoot;
    }

    MountedText of(String podUid, String volume, String key) {
        try {
            var mount = mount(podUid, volume);
            var file = mount.resolve(key);
            if (!Files.exists(file)) {
                return new MountedText.Awaited();
            }
            // kubelet's own links lead within the mount.
            var real = file.toRealPath();
            return real.startsWith(mount.toRealPath()) && Files.isRegularFile(real)
                    ? text(real)
                    : new MountedText.Unusable("is no file of the Secret");
        } catch (InvalidPathException e) {
            return new MountedText.Unusable("is no name: " + e.getReason());
        } catch (IOException e) {
            return new MountedText.Unusable("cannot be read: " + e.getMessage());
        }
    }

    /** The directory of a Secret that is mounted, a file a key. */
    Optional<Path> directory(String podUid, String volume) {
        // kubelet's mark of a volume that is whole.
        return Optional.of(mount(podUid, volume)).filter(mount -> Files.exists(mount.resolve("..data")));
    }

    private Path mount(String podUid, String volume) {
        return kubeletRoot.resolve(Path.of("pods", podUid, "volumes", "kubernetes.io~secret", volume));
    }

    private static MountedText text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(LONGEST + 1);
            return content.length > LONGEST
                    ? new MountedText.Unusable("holds more than %d bytes".formatted(LONGEST))
                    : new MountedText.Text(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (CharacterCodingException _) {
            return new MountedText.Unusable("holds no text in UTF-8");
        }
    }
}
