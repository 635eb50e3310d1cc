package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stopped machine that starts on another node, and what goes with it. */
class MoveE2E {
    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "move");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void stoppedMachineMovesWithItsClockAndItsHardware() {
        // given
        var from = machines.testbed.nodes().getFirst();
        var to = machines.testbed.nodes().getLast();
        machines.create("moves", """
                  nodeSelector: {kubernetes.io/hostname: %s}
                  interfaces:
                  - name: first
                  - name: second
                    model: e1000
                """.formatted(from.name()));
        var uid = machines.awaitReady("moves", "Running").getMetadata().getUid();
        var offset = machines.setClock("moves", "2029-03-01 00:00:00");
        machines.patchSpec("moves", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("moves", "Stopped");
        var hardware = hardware(from);

        // when
        machines.patchSpec(
                "moves",
                "{\"runStrategy\":\"Always\",\"nodeSelector\":{\"kubernetes.io/hostname\":\"%s\"}}"
                        .formatted(to.name()));

        // then
        machines.await(
                "moves",
                "on " + to.name(),
                m -> to.name().equals(Machines.status(m).nodeName()));
        var vm = machines.awaitReady("moves", "Running");
        assertThat(machines.qemuOffset("moves")).isCloseTo(offset, Offset.offset(3L));
        assertThat(Machines.offset(vm)).isCloseTo(offset, Offset.offset(2L));
        assertThat(hardware(to)).hasSizeGreaterThan(5).isEqualTo(hardware);
        assertThat(Machines.status(vm).handover()).isNull();
        assertThat(machines.testbed.virsh(from, "list", "--all", "--name").orFail())
                .doesNotContain(machines.domain("moves"));
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
        assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
    }

    /** What a guest sees of the board and of where its devices are. */
    private static List<String> hardware(Testbed.Node node) {
        return machines.testbed
                .virsh(node, "dumpxml", "--inactive", machines.domain("moves"))
                .orFail()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("<address ") || line.startsWith("<mac ") || line.startsWith("<type "))
                .toList();
    }
}
