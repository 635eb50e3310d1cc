package dev.meridian.agent.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that is not whole yet, with what its server said of it: it outlives the agent, and is gone on with. */
public record Partial(Path file, Path note) {
    /** What tells whether the server still has the same file. */
    public record Validators(
            @Nullable String etag, @Nullable String lastModified) {
        static final Validators NONE = new Validators(null, null);

        /** For If-Range, which takes no weak tag. */
        Optional<String> strong() {
            return Optional.ofNullable(etag)
                    .filter(tag -> !tag.startsWith("W/"))
                    .or(() -> Optional.ofNullable(lastModified));
        }
    }

    Validators validators() throws IOException {
        return Notes.read(note, Validators.class).orElse(Validators.NONE);
    }

    void remember(Validators validators) throws IOException {
        Notes.write(note, validators);
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(note);
    }
}
