package dev.meridian.e2e;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How long a stop and a restart of a guest take from the wish to libvirt's word, beside virsh with the same guest. */
final class StopBench {
    private static final int ROUNDS = Integer.getInteger("bench.stops", 15);
    private static final int WARM_UP = 2;

    private final Testbed testbed;
    private final Machines machines;
    private final Testbed.Node node;
    private final ObserverLog observed;
    private final List<Double> stops = new ArrayList<>();
    private final List<Double> restarts = new ArrayList<>();
    private final List<Double> virshStops = new ArrayList<>();
    private final List<Double> virshRestarts = new ArrayList<>();

    private StopBench(Testbed testbed, Machines machines) {
        this.testbed = testbed;
        this.machines = machines;
        this.node = testbed.nodes().getFirst();
        this.observed = ObserverLog.of(testbed);
    }

    static void run(Testbed testbed) {
        try (var machines = new Machines(testbed, "bench")) {
            new StopBench(testbed, machines).run();
        }
    }

    private void run() {
        var uid = machines.create("stops", "").getMetadata().getUid();
        machines.awaitReady("stops", "Running");
        var virsh = VirshMachine.like(testbed, node, "by-virsh-stops", machines.inactiveXml(node, "stops"));
        virsh.start();
        for (int round = 0; round < ROUNDS + WARM_UP; round++) {
            operator(uid);
            virsh(virsh);
            if (round + 1 == WARM_UP) {
                List.of(stops, restarts, virshStops, virshRestarts).forEach(List::clear);
            }
        }
        virsh.remove();
        tell("stop", stops, virshStops);
        tell("restart", restarts, virshRestarts);
    }

    private static void tell(String what, List<Double> ours, List<Double> virsh) {
        var our = Figures.percentile(ours, 50);
        var its = Figures.percentile(virsh, 50);
        Figures.note("%s: operator p50 %.0f ms, virsh p50 %.0f ms; %d rounds", what, our, its, ROUNDS);
        Figures.atMost(what + "-ratio", our / its, 1.25);
    }

    private void operator(String uid) {
        var domain = machines.domain("stops");
        awaitBooted(domain);
        var started = observed.events(uid, "started").size();
        var stopped = observed.events(uid, "stopped").size();

        var begin = nanos();
        machines.editSpec("stops", "{\"power\":{\"restartRequestedAt\":\"%s\"}}".formatted(Instant.now()));
        restarts.add(millis(begin, observed.await(uid, "started", started + 1)));
        machines.awaitReady("stops", "Running");
        awaitBooted(domain);

        begin = nanos();
        machines.editSpec("stops", "{\"runStrategy\":\"Halted\"}");
        stops.add(millis(begin, observed.await(uid, "stopped", stopped + 2)));
        machines.awaitReady("stops", "Stopped");
        machines.editSpec("stops", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("stops", "Running");
    }

    /** The wait between its stop and its start is the test's and does not count. */
    private void virsh(VirshMachine machine) {
        awaitBooted(machine.name());
        var stopped = observed.events(machine.uid(), "stopped").size();
        var started = observed.events(machine.uid(), "started").size();

        var begin = nanos();
        testbed.virsh(node, "shutdown", machine.name()).orFail();
        var down = millis(begin, observed.await(machine.uid(), "stopped", stopped + 1));
        begin = nanos();
        testbed.virsh(node, "start", machine.name()).orFail();
        virshStops.add(down);
        virshRestarts.add(down + millis(begin, observed.await(machine.uid(), "started", started + 1)));
    }

    /** A guest that still boots does not hear its power button. */
    private void awaitBooted(String domain) {
        testbed.verb("console", node.name(), domain, "true").orFail();
    }

    private static double millis(long begin, long end) {
        return (end - begin) / 1e6;
    }

    private static long nanos() {
        return System.currentTimeMillis() * 1_000_000L;
    }
}
