package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HypervisorProcessTest {
    private static final UUID MACHINE = UUID.fromString("22222222-2222-4222-8222-222222222222");

    @TempDir
    private Path proc;

    @Test
    void processOfThatMachineIsFound() throws IOException {
        // given
        process("100", "/usr/bin/qemu-system-x86_64 -uuid 11111111-1111-4111-8111-111111111111", "S", 1);
        process("101", "/usr/bin/qemu-system-x86_64 -name guest=a -uuid " + MACHINE + " -S", "S", 1);
        process("102", "tail -f " + MACHINE, "S", 1);
        Files.createDirectories(proc.resolve("self"));

        // when
        var found = HypervisorProcess.of(proc, MACHINE);

        // then
        assertThat(found).hasValueSatisfying(process -> {
            assertThat(process.proc()).isEqualTo(proc.resolve("101"));
            assertThat(process.isDead()).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource({"0, false", "17, true"})
    void processIsTracedByWhomTheKernelSays(String tracer, boolean isTraced) throws IOException {
        // given
        process("101", "qemu -uuid " + MACHINE, "S", 1);
        Files.writeString(proc.resolve("101/status"), "Name:\tqemu\nTracerPid:\t" + tracer + "\nUid:\t0\n");

        // then
        assertThat(HypervisorProcess.of(proc, MACHINE).orElseThrow().isTraced()).isEqualTo(isTraced);
    }

    @Test
    void noneIsFoundWhereThereAreTwo() throws IOException {
        // given
        process("101", "qemu -uuid " + MACHINE, "S", 1);
        process("102", "qemu -uuid " + MACHINE, "S", 1);

        // then
        assertThat(HypervisorProcess.of(proc, MACHINE)).isEmpty();
    }

    @Test
    void filesThatItHasOpenAreKnownByWhatTheyAreAndNotByName() throws IOException {
        // given
        process("101", "qemu -uuid " + MACHINE, "S", 1);
        var file = Files.createFile(proc.resolve("disk.img"));
        var other = Files.createFile(proc.resolve("other.img"));
        Files.createDirectories(proc.resolve("101/fd"));
        Files.createSymbolicLink(proc.resolve("101/fd/7"), file);
        Files.createSymbolicLink(proc.resolve("101/fd/8"), proc.resolve("closed meanwhile"));

        // when
        var open = HypervisorProcess.of(proc, MACHINE).orElseThrow().openFiles();

        // then
        assertThat(open).containsExactly(key(file)).doesNotContain(key(other));
    }

    private static Object key(Path file) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }

    /** A first thread that is done says nothing of the others. */
    @ParameterizedTest
    @CsvSource({"S, 1, 5000, false", "T, 1, 5000, false", "Z, 1, 5000, true", "Z, 3, 5000, false", "S, 1, 6000, true"})
    void processIsDeadWhenNoThreadOfItCanRun(String state, int threads, String startTicks, boolean dead)
            throws IOException {
        // given
        process("101", "qemu -uuid " + MACHINE, state, threads);
        var process = new HypervisorProcess(proc.resolve("101"), startTicks);

        // then
        assertThat(process.isDead()).isEqualTo(dead);
    }

    @Test
    void processThatIsGoneIsDead() {
        assertThat(new HypervisorProcess(proc.resolve("101"), "5000").isDead()).isTrue();
    }

    private void process(String pid, String command, String state, int threads) throws IOException {
        var directory = Files.createDirectories(proc.resolve(pid));
        Files.writeString(directory.resolve("cmdline"), command.replace(' ', '\0') + "\0");
        Files.writeString(
                directory.resolve("stat"),
                "%s (qemu) x) %s 1 1 1 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 5000 1 1".formatted(pid, state));
        for (var thread = 0; thread < threads; thread++) {
            Files.createDirectories(directory.resolve("task").resolve(Integer.toString(100 + thread)));
        }
    }
}
