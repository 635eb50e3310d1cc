package dev.meridian.app;

import dev.meridian.domain.effect.EffectWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills this process at the effect that a file names, such as {@code before Start}, or stops it there if the file says
 * {@code before Start STOP}. The file is gone then, so that the next process lives. For tests alone: nothing is watched
 * unless {@value #VARIABLE} names a file.
 */
final class CrashPoint implements EffectWatch {
    static final String VARIABLE = "MERIDIAN_CRASH_AT";
    private static final Logger LOG = LoggerFactory.getLogger(CrashPoint.class);

    private final Path file;

    private CrashPoint(Path file) {
        this.file = file;
    }

    static EffectWatch fromEnvironment() {
        return Optional.ofNullable(System.getenv(VARIABLE))
                .<EffectWatch>map(file -> new CrashPoint(Path.of(file)))
                .orElse(EffectWatch.NONE);
    }

    @Override
    public void before(String effect) {
        reach("before " + effect);
    }

    @Override
    public void after(String effect) {
        reach("after " + effect);
    }

    private void reach(String point) {
        try {
            var armed = Files.readString(file).strip();
            if (armed.equals(point) && Files.deleteIfExists(file)) {
                signal("KILL", point);
                while (true) {
                    LockSupport.park();
                }
            }
            if (armed.equals(point + " STOP") && Files.deleteIfExists(file)) {
                signal("STOP", point);
            }
        } catch (NoSuchFileException _) {
            // Nobody wants it to die.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The thread that has the effect does nothing until the signal has reached the process. */
    private static void signal(String name, String point) throws IOException {
        LOG.atWarn().addKeyValue("point", point).log("SIG{} to this process, as {} says", name, VARIABLE);
        var self = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder("kill", "-" + name, self).start().onExit().join();
    }
}
