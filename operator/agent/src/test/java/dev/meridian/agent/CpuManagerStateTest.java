package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.host.CpuSet;
import dev.meridian.domain.host.KubeletCpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuManagerStateTest {
    /** In no process's cgroup. */
    private static final String POD = "99999999-aaaa-4aaa-8aaa-999999999999";

    @TempDir
    private Path kubeletRoot;

    private CpuManagerState state;

    @BeforeEach
    void open() {
        state = new CpuManagerState(kubeletRoot);
    }

    @Test
    void withoutANoteNobodyHasCpusOfItsOwn() {
        // when
        var cpus = state.of(POD);
        // then
        assertThat(cpus).isEqualTo(KubeletCpus.UNMANAGED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"policyName\":\"none\",\"defaultCpuSet\":\"\",\"checksum\":1}",
                "{\"policyName\":\"static\",\"defaultCpuSet\":\"all\",\"checksum\":1}",
                "{\"policyName\":\"static\",\"defaultCpuSet\":\"0\",\"entries\":{\"a\":\"1\"},\"checksum\":1}",
                "{",
                ""
            })
    void noteOfNoStaticPolicyOrOfAnotherFormPromisesNothing(String note) throws IOException {
        // given
        note(note);
        // when
        var cpus = state.of(POD);
        // then
        assertThat(cpus).isEqualTo(KubeletCpus.UNMANAGED);
    }

    @Test
    void cpusToWhichNoProcessOfThePodIsConfinedAreAwaited() throws IOException {
        // given
        note("""
                {"policyName":"static","defaultCpuSet":"0-1,6","entries":{"%s":{"reservation":"2-3"}},"checksum":1}
                """.formatted(POD));
        // when
        var cpus = state.of(POD);
        // then
        assertThat(cpus).isEqualTo(new KubeletCpus(List.of(0, 1, 6), List.of(), false));
    }

    @Test
    void processIsConfinedToWhatTheKernelSays() {
        // when
        var allowed = ReservationProcesses.allowedCpus(ProcessHandle.current());
        // then
        assertThat(allowed)
                .isNotEmpty()
                .hasSizeGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1,", "-1", "3-1", "0-99999", "1 2"})
    void whatIsNoListOfCpusHoldsNone(String text) {
        // when
        var read = CpuSet.read(text);
        // then
        assertThat(read).isEmpty();
    }

    private void note(String text) throws IOException {
        Files.writeString(kubeletRoot.resolve("cpu_manager_state"), text);
    }
}
