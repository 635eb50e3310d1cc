package dev.meridian.e2e;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How long a machine takes from its object's creation to libvirt's STARTED, beside virsh with the same XML. */
final class StartBench {
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 60);
    private static final int WARM_UP = 3;

    private final Testbed testbed;
    private final Machines machines;
    private final Testbed.Node node;
    private final ObserverLog observed;
    private final List<Double> operator = new ArrayList<>();
    private final List<Double> virsh = new ArrayList<>();
    private final List<Double> writes = new ArrayList<>();
    private final List<Double> others = new ArrayList<>();

    private StartBench(Testbed testbed, Machines machines) {
        this.testbed = testbed;
        this.machines = machines;
        this.node = testbed.nodes().getFirst();
        this.observed = ObserverLog.of(testbed);
    }

    static void run(Testbed testbed) {
        try (var machines = new Machines(testbed, "bench")) {
            new StartBench(testbed, machines).run();
        }
    }

    private void run() {
        for (int round = 0; round < ROUNDS + WARM_UP; round++) {
            round("start-" + round);
            if (round + 1 == WARM_UP) {
                List.of(operator, virsh, writes, others).forEach(List::clear);
            }
        }
        Figures.note(
                "start: operator p50 %.0f ms, p95 %.0f ms; virsh p50 %.0f ms, p95 %.0f ms; %d rounds",
                Figures.percentile(operator, 50),
                Figures.percentile(operator, 95),
                Figures.percentile(virsh, 50),
                Figures.percentile(virsh, 95),
                ROUNDS);
        Figures.atMost("start-ratio-p50", ratio(50), 1.15);
        Figures.atMost("start-ratio-p95", ratio(95), 1.4);
        Figures.note("start: %.0f writes by kubelet and scheduler", Figures.percentile(others, 50));
        Figures.atMost("api-writes-per-start", Figures.percentile(writes, 50), 5);
    }

    private double ratio(int percent) {
        return Figures.percentile(operator, percent) / Figures.percentile(virsh, percent);
    }

    private void round(String name) {
        var since = Instant.now();
        var begin = nanos();
        var uid = machines.post(machines.manifest(name, "  stopMode: Hard\n"));
        operator.add((observed.awaitStarted(uid) - begin) / 1e6);
        machines.awaitReady(name, "Running");

        var audit = AuditLog.since(testbed, since);
        writes.add((double) audit.ours());
        others.add((double) audit.by("kubelet") + audit.by("scheduler"));

        var xml = machines.inactiveXml(node, name);
        machines.delete(name);
        machines.awaitGone(name);
        byVirsh(VirshMachine.like(testbed, node, "by-virsh-" + name, xml));
    }

    private void byVirsh(VirshMachine machine) {
        var begin = nanos();
        machine.start();
        virsh.add((observed.awaitStarted(machine.uid()) - begin) / 1e6);
        machine.remove();
    }

    private static long nanos() {
        return System.currentTimeMillis() * 1_000_000L;
    }
}
