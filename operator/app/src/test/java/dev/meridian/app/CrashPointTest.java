package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashPointTest {
    private static final int KILLED = 128 + 9;

    @TempDir
    Path directory;

    /** A process that has one effect. */
    static final class Acting {
        private Acting() {}

        public static void main(String[] arguments) {
            CrashPoint.fromEnvironment().around("Start", () -> System.out.print("acted"));
        }
    }

    @Test
    void processIsKilledBeforeTheNamedEffect() throws Exception {
        // given
        var file = armed("before Start");

        // when
        var process = act(file);

        // then
        assertThat(process.exitValue()).isEqualTo(KILLED);
        assertThat(said(process)).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void processIsKilledAfterTheNamedEffect() throws Exception {
        // given
        var file = armed("after Start\n");

        // when
        var process = act(file);

        // then
        assertThat(process.exitValue()).isEqualTo(KILLED);
        assertThat(said(process)).isEqualTo("acted");
        assertThat(file).doesNotExist();
    }

    @Test
    void processStandsStillAtTheNamedEffectAndGoesOnWhenItIsTold() throws Exception {
        // given
        var file = armed("before Start STOP");
        var process = start(file);
        Awaitility.await("the process to stand still").until(() -> isStopped(process));
        var saidBefore = process.getInputStream().available();

        // when
        new ProcessBuilder("kill", "-CONT", Long.toString(process.pid()))
                .start()
                .waitFor();

        // then
        assertThat(saidBefore).isZero();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(said(process)).isEqualTo("acted");
    }

    @Test
    void processLivesThroughOtherEffects() throws Exception {
        // given
        var file = armed("before Destroy");

        // when
        var process = act(file);

        // then
        assertThat(process.exitValue()).isZero();
        assertThat(said(process)).isEqualTo("acted");
        assertThat(file).exists();
    }

    @Test
    void processLivesWithoutAFile() throws Exception {
        // given
        var file = directory.resolve("none");

        // when
        var process = act(file);

        // then
        assertThat(process.exitValue()).isZero();
    }

    private Path armed(String point) throws IOException {
        return Files.writeString(directory.resolve("crash-at"), point);
    }

    private static boolean isStopped(Process process) throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/status")).contains("State:\tT");
    }

    private static Process act(Path file) throws IOException, InterruptedException {
        var process = start(file);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process;
    }

    private static Process start(Path file) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Acting.class.getName());
        builder.environment().put(CrashPoint.VARIABLE, file.toString());
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String said(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
