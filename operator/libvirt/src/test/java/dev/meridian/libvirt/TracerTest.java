package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracerTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SIGKILL = 9;

    private Process held;
    private Holder holder;

    @BeforeEach
    void start() throws IOException {
        held = new ProcessBuilder("sleep", "1000").start();
        holder = Holder.start();
    }

    @AfterEach
    void end() {
        holder.close();
        held.destroyForcibly();
    }

    @Test
    void processThatIsHeldEndsWithTheOneThatHoldsIt() throws Exception {
        // given
        assertThat(holder.tell("hold " + held.pid())).isEqualTo("done");
        assertThat(said(tracer(), "Tgid:"))
                .as("the process of the thread that traces")
                .isEqualTo(Long.toString(holder.process().pid()));

        // when
        holder.process().destroyForcibly();

        // then
        assertThat(exit(held)).isEqualTo(128 + SIGKILL);
    }

    @Test
    void processWhoseHolderIsStoppedEndsAtItsTime() throws Exception {
        // given
        assertThat(holder.tell("hold " + held.pid())).isEqualTo("done");
        assertThat(holder.tell("ends-in 2000")).isEqualTo("done");

        // when
        signal("STOP", holder.process());

        // then
        assertThat(exit(held)).isEqualTo(128 + SIGKILL);
        assertThat(exit(holder.process())).isEqualTo(128 + SIGKILL);
    }

    @Test
    void timeThatIsPutOffDoesNotCome() throws Exception {
        // given
        assertThat(holder.tell("hold " + held.pid())).isEqualTo("done");
        assertThat(holder.tell("ends-in 1000")).isEqualTo("done");

        // when
        assertThat(holder.tell("ends-in 3600000")).isEqualTo("done");
        assertThat(holder.process().waitFor(2, TimeUnit.SECONDS)).isFalse();

        // then
        assertThat(holder.tell("unset")).isEqualTo("done");
        assertThat(held.isAlive()).isTrue();
    }

    @Test
    void processThatIsLetGoOutlivesTheOneThatHeldIt() throws Exception {
        // given
        assertThat(holder.tell("hold " + held.pid())).isEqualTo("done");

        // when
        assertThat(holder.tell("let-go " + held.pid())).isEqualTo("done");
        assertThat(tracer()).isEqualTo("0");
        holder.process().destroyForcibly();
        exit(holder.process());

        // then
        assertThat(held.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
        signal("TERM", held);
        assertThat(exit(held)).isEqualTo(128 + 15);
    }

    @Test
    void processThatIsHeldGetsItsSignals() throws Exception {
        // given
        assertThat(holder.tell("hold " + held.pid())).isEqualTo("done");

        // when
        signal("STOP", held);
        awaitState("t");
        signal("CONT", held);
        awaitState("S");
        signal("TERM", held);

        // then
        assertThat(holder.listen()).isEqualTo("ended " + held.pid());
        assertThat(exit(held)).isEqualTo(128 + 15);
    }

    @Test
    void processThatIsNoneIsRefusedInTheKernelsWords() throws Exception {
        // given
        held.destroyForcibly();
        exit(held);

        // when
        var answer = holder.tell("hold " + held.pid());

        // then
        assertThat(answer).isEqualTo("refused: [3] No such process");
    }

    private String tracer() throws IOException {
        return said(Long.toString(held.pid()), "TracerPid:");
    }

    private static String said(String process, String line) throws IOException {
        return Files.readAllLines(Path.of("/proc", process, "status")).stream()
                .filter(one -> one.startsWith(line))
                .map(one -> one.substring(line.length()).strip())
                .findFirst()
                .orElseThrow();
    }

    private void awaitState(String state) {
        Awaitility.await("state " + state).atMost(LIMIT).until(() -> {
            var stat = Files.readString(Path.of("/proc/%d/stat".formatted(held.pid())));
            return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
                    .equals(state);
        });
    }

    private static void signal(String signal, Process to) throws Exception {
        assertThat(exit(new ProcessBuilder("kill", "-" + signal, Long.toString(to.pid())).start()))
                .isZero();
    }

    private static int exit(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
