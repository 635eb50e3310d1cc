package dev.meridian.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** What tells this host from every other: made once, kept in the state directory. */
final class HostIdentity {
    private HostIdentity() {}

    static String of(Path stateDirectory) throws IOException {
        var file = stateDirectory.resolve("host-id");
        if (!Files.exists(file)) {
            var fresh = stateDirectory.resolve("host-id.new");
            Files.writeString(
                    fresh, UUID.randomUUID() + "\n", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(fresh, file);
        }
        return Files.readString(file).strip();
    }
}
