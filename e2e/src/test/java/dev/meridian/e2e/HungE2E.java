package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Machines whose QEMU hangs: theirs alone is the trouble, and they can still be deleted. */
class HungE2E {
    private static final int HUNG = 5;
    private static final Offset<Long> CLOCK = Offset.offset(3L);

    @Test
    void hungMachinesHoldUpNoOtherAndTheirDeletionEnds() {
        // given
        try (var machines = new Machines(Testbed.open(), "hung")) {
            var node = machines.testbed.nodes().getFirst();
            var here = "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name());
            var hung = running(machines, here + "  terminationGracePeriodSeconds: 30\n");
            var before = cycle(machines, "before", here);
            hung.values().forEach(uid -> signal("STOP", uid));

            // when
            hung.keySet().forEach(machines::delete);
            hung.keySet().forEach(name -> machines.await(name, "being stopped", HungE2E::isStopping));

            // then
            var beside = cycle(machines, "beside", here);
            System.out.printf(
                    "beside %d hung machines: start %d ms, stop %d ms; before: start %d ms, stop %d ms%n",
                    HUNG,
                    beside.start().toMillis(),
                    beside.stop().toMillis(),
                    before.start().toMillis(),
                    before.stop().toMillis());
            assertThat(hung.keySet())
                    .allSatisfy(name -> assertThat(machines.find(name)).isPresent());
            hung.keySet().forEach(machines::awaitGone);
            assertThat(machines.testbed.virsh(node, "list", "--all", "--name").orFail())
                    .doesNotContain(machines.namespace + "_hung");
            assertThat(hung.values()).allSatisfy(uid -> wasOneCopyOfOneBoot(machines, uid));
        }
    }

    @Test
    void machineThatHungAWhileRunsOnAsTheSame() {
        // given
        try (var machines = new Machines(Testbed.open(), "thaws")) {
            machines.create("thaws", "  terminationGracePeriodSeconds: 120\n");
            var uid = machines.awaitReady("thaws", "Running").getMetadata().getUid();
            var offset = machines.setClock("thaws", "2031-01-01 00:00:00");
            signal("STOP", uid);
            machines.patchSpec("thaws", "{\"runStrategy\":\"Halted\"}");
            machines.await("thaws", "being stopped", HungE2E::isStopping);

            // when
            signal("CONT", uid);

            // then
            var vm = machines.awaitReady("thaws", "Stopped");
            assertThat(Machines.offset(vm)).isCloseTo(offset, CLOCK);
            wasOneCopyOfOneBoot(machines, uid);
        }
    }

    /** How long a machine took from its creation to Running, and from the wish to Stopped. */
    private record Cycle(Duration start, Duration stop) {}

    private static Cycle cycle(Machines machines, String name, String here) {
        long created = System.nanoTime();
        machines.create(name, here);
        var uid = machines.awaitReady(name, "Running").getMetadata().getUid();
        long running = System.nanoTime();
        var offset = machines.setClock(name, "2030-01-01 00:00:00");
        assertThat(Machines.offset(machines.get(name))).isCloseTo(offset, CLOCK);
        long halted = System.nanoTime();
        machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady(name, "Stopped");
        long stopped = System.nanoTime();
        wasOneCopyOfOneBoot(machines, uid);
        return new Cycle(Duration.ofNanos(running - created), Duration.ofNanos(stopped - halted));
    }

    /** The machines that are to hang, with their uids. */
    private static Map<String, String> running(Machines machines, String more) {
        var uids = new LinkedHashMap<String, String>();
        for (int i = 0; i < HUNG; i++) {
            machines.create("hung-" + i, more);
        }
        for (int i = 0; i < HUNG; i++) {
            var vm = machines.awaitReady("hung-" + i, "Running");
            uids.put("hung-" + i, vm.getMetadata().getUid());
        }
        return uids;
    }

    private static boolean isStopping(VirtualMachine vm) {
        return Set.of("Stopping", "Terminating").contains(Machines.status(vm).printableStatus());
    }

    private static void wasOneCopyOfOneBoot(Machines machines, String uid) {
        var observed = machines.observed(uid);
        assertThat(observed.path("boots").asInt()).isEqualTo(1);
        assertThat(observed.path("maxCopies").asInt()).isEqualTo(1);
    }

    static void signal(String name, String uid) {
        Testbed.run(List.of("pkill", "-" + name, "-f", "qemu.*-uuid " + uid)).orFail();
    }
}
