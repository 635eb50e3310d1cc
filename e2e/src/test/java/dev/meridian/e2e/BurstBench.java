package dev.meridian.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Many machines at once, the last STARTED, beside as many virsh loops side by side. */
final class BurstBench {
    private static final int MACHINES = 20;
    private static final int ROUNDS = Integer.getInteger("bench.bursts", 3);

    private final Testbed testbed;
    private final Testbed.Node node;
    private final ObserverLog observed;

    private BurstBench(Testbed testbed) {
        this.testbed = testbed;
        this.node = testbed.nodes().getFirst();
        this.observed = ObserverLog.of(testbed);
    }

    static void run(Testbed testbed) {
        new BurstBench(testbed).run();
    }

    private void run() {
        var operator = new ArrayList<Double>();
        var virsh = new ArrayList<Double>();
        for (int round = 0; round < ROUNDS; round++) {
            try (var machines = new Machines(testbed, "burst")) {
                operator.add(byOperator(machines));
                var xml = machines.inactiveXml(node, name(0));
                names().forEach(machines::delete);
                names().forEach(machines::awaitGone);
                virsh.add(byVirsh(xml));
            }
        }
        Figures.note(
                "burst of %d: operator %.0f ms, virsh %.0f ms; medians of %d",
                MACHINES, Figures.percentile(operator, 50), Figures.percentile(virsh, 50), ROUNDS);
        Figures.atMost("burst-20-ratio", Figures.percentile(operator, 50) / Figures.percentile(virsh, 50), 1.2);
    }

    private double byOperator(Machines machines) {
        var manifests = names().stream()
                .map(name -> machines.manifest(name, "  stopMode: Hard\n"))
                .toList();
        var begin = System.currentTimeMillis();
        var uids = allAtOnce(manifests.stream()
                .<Callable<String>>map(manifest -> () -> machines.post(manifest))
                .toList());
        var took = last(uids) - begin;
        names().forEach(name -> machines.awaitReady(name, "Running"));
        return took;
    }

    private double byVirsh(String xml) {
        var machines = names().stream()
                .map(name -> VirshMachine.like(testbed, node, "by-virsh-" + name, xml))
                .toList();
        var begin = System.currentTimeMillis();
        allAtOnce(machines.stream()
                .<Callable<String>>map(machine -> () -> {
                    machine.start();
                    return machine.uid();
                })
                .toList());
        var took = last(machines.stream().map(VirshMachine::uid).toList()) - begin;
        machines.forEach(VirshMachine::remove);
        return took;
    }

    private double last(List<String> uids) {
        return uids.stream().mapToLong(observed::awaitStarted).max().orElseThrow() / 1e6;
    }

    static <T> List<T> allAtOnce(List<Callable<T>> calls) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<T>();
            for (var started : calls.stream().map(threads::submit).toList()) {
                results.add(started.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static List<String> names() {
        return IntStream.range(0, MACHINES).mapToObj(BurstBench::name).toList();
    }

    private static String name(int index) {
        return "burst-" + index;
    }
}
