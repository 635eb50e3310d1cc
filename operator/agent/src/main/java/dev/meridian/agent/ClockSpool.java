package dev.meridian.agent;

import dev.meridian.domain.clock.RtcChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What libvirt's hook has noted of the clocks of guests that ended: one small file a machine. */
final class ClockSpool {
    private static final Logger LOG = LoggerFactory.getLogger(ClockSpool.class);

    /** UUID, domain id, adjustment, seconds of the epoch; as {@code hook.sh} writes them. */
    private static final Pattern NOTE = Pattern.compile("([0-9a-f-]{36}) ([0-9]{1,9}) (-?[0-9]{1,18}) ([0-9]{1,11})");

    private final Path directory;

    ClockSpool(Path stateDirectory) {
        this.directory = stateDirectory.resolve("clocks");
    }

    Path directory() {
        return directory;
    }

    /** A note that cannot be read is none: the hook is not the only one who can write there as root. */
    Optional<RtcChange> of(UUID machine) {
        try {
            var note = NOTE.matcher(Files.readString(file(machine)).strip());
            return note.matches() && note.group(1).equals(machine.toString())
                    ? Optional.of(new RtcChange(
                            Long.parseLong(note.group(3)), Instant.ofEpochSecond(Long.parseLong(note.group(4)))))
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("machine", machine).log("the hook's note cannot be read: {}", e.toString());
            return Optional.empty();
        }
    }

    /** The machine is no longer here. */
    void forget(UUID machine) {
        try {
            Files.deleteIfExists(file(machine));
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("machine", machine).log("the hook's note stays: {}", e.toString());
        }
    }

    private Path file(UUID machine) {
        return directory.resolve(machine.toString());
    }
}
