package dev.meridian.e2e;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Random faults over running machines, some at the same time, and a verdict: none doubled, lost, stopped for no reason, none
 * with a forgotten clock, all as wished soon after.
 *
 * <p>After each group of faults, all machines must come to what is wished. The time for that is counted from the end of the last
 * fault; for a machine that is held back because it ended again and again, from its {@code status.power.nextStartAt}; and on a
 * node where kube-scheduler and kubelet are not at work again (client-go opens a watch up to a minute after its API server is
 * back), from when a plain pod ran there that was asked for at that time.
 */
final class FaultChain implements AutoCloseable {
    private static final Duration LONGEST_CONVERGENCE = Duration.ofMinutes(2);

    /** What the run came to. */
    record Verdict(
            int happened,
            int doubled,
            int lost,
            int stoppedWrongly,
            int clockForgotten,
            double convergeP99Seconds,
            double wholeP99Seconds,
            double plainPodP99Seconds) {
        void report() {
            Figures.atMost("faults-doubled", doubled, 0);
            Figures.atMost("faults-lost", lost, 0);
            Figures.atMost("faults-stopped-wrongly", stoppedWrongly, 0);
            Figures.atMost("faults-clock-forgotten", clockForgotten, 0);
            Figures.atMost("faults-converge-p99-s", convergeP99Seconds, 30);
            Figures.report("faults-converge-whole-p99-s", wholeP99Seconds);
            Figures.report("faults-plain-pod-p99-s", plainPodP99Seconds);
        }
    }

    /**
     * How long it took after the last fault, in seconds.
     *
     * @param counted until all machines were as wished, without what a plain pod of the node waited for
     * @param whole the same with it
     * @param plainPod until the last plain pod ran
     */
    private record Convergence(double counted, double whole, double plainPod) {}

    private final Machines machines;
    private final FaultSequence.Shape shape;
    private final List<FaultedMachine> all;
    private final FaultedCluster cluster;
    private final ObserverLog observed;
    private final PrintWriter history;
    private final Map<String, ExecutorService> subjects = new HashMap<>();
    private final AtomicInteger happened = new AtomicInteger();
    private final List<Convergence> convergence = new ArrayList<>();
    private int clockForgotten;

    private FaultChain(Machines machines, FaultSequence.Shape shape, PrintWriter history) {
        this.machines = machines;
        this.shape = shape;
        this.history = history;
        this.observed = ObserverLog.of(machines.testbed);
        this.all = started();
        this.cluster = new FaultedCluster(machines, all);
    }

    /** The long run; {@code -Dfaults.seed}, {@code -Dfaults.count}, {@code -Dfaults.machines} change it. */
    static Verdict runLong(Testbed testbed) {
        var shape = new FaultSequence.Shape(
                Integer.getInteger("faults.count", 520),
                Integer.getInteger("faults.machines", 20),
                testbed.nodes().size(),
                5_000,
                60_000);
        return run(testbed, Long.getLong("faults.seed", System.nanoTime() % 1_000_000), shape);
    }

    static Verdict run(Testbed testbed, long seed, FaultSequence.Shape shape) {
        var file = Path.of(System.getProperty("meridian.testbed", "target/testbed/testbed.json"))
                .resolveSibling("faults-" + seed + ".log");
        Figures.note(
                "faults: %d of seed %d over %d machines on %d nodes; history in %s",
                shape.faults(), seed, shape.machines(), shape.nodes(), file);
        try (var history = new PrintWriter(file.toFile(), StandardCharsets.UTF_8);
                var machines = new Machines(testbed, "faults");
                var chain = new FaultChain(machines, shape, history)) {
            var verdict = chain.go(FaultSequence.of(seed, shape));
            Figures.note("faults: %d happened, of seed %d", verdict.happened(), seed);
            verdict.report();
            return verdict;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<FaultedMachine> started() {
        var nodes = machines.testbed.nodes();
        var begun = IntStream.range(0, shape.machines())
                .mapToObj(i -> {
                    var node = nodes.get(shape.nodeOf(i));
                    var pinned = "  nodeSelector: {kubernetes.io/hostname: %s}%n".formatted(node.name());
                    return new FaultedMachine("m" + i, machines.post(machines.manifest("m" + i, pinned)), node);
                })
                .toList();
        begun.forEach(machine -> machines.awaitReady(machine.name, "Running"));
        return begun;
    }

    private Verdict go(List<FaultSequence.Planned> sequence) {
        for (int i = 0; i < sequence.size(); i += FaultSequence.GROUP) {
            var group = sequence.subList(i, Math.min(i + FaultSequence.GROUP, sequence.size()));
            happen(group, i);
            convergence.add(converge());
            checkClocks();
        }
        var lost = lost();
        IntStream.range(0, all.size()).forEach(machine -> {
            cluster.happens(new Fault.Paused(machine, false));
            cluster.happens(new Fault.WishedRunning(machine));
        });
        converge();
        checkClocks();
        return new Verdict(
                happened.get(),
                (int) all.stream().filter(this::isDoubled).count(),
                Math.max(lost, lost()),
                (int) all.stream().filter(this::endedWrongly).count(),
                clockForgotten,
                p99(Convergence::counted),
                p99(Convergence::whole),
                p99(Convergence::plainPod));
    }

    private double p99(Function<Convergence, Double> seconds) {
        return Figures.percentile(convergence.stream().map(seconds).toList(), 99);
    }

    private void happen(List<FaultSequence.Planned> group, int first) {
        var running = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < group.size(); i++) {
            var number = first + i;
            var fault = group.get(i).fault();
            var subject = subjects.computeIfAbsent(
                    FaultedCluster.subject(fault),
                    _ -> Executors.newSingleThreadExecutor(Thread.ofVirtual().factory()));
            running.add(CompletableFuture.runAsync(() -> happens(number, fault), subject));
            FaultedCluster.lasts(group.get(i).pauseMillis());
        }
        running.forEach(CompletableFuture::join);
    }

    private void happens(int number, Fault fault) {
        note("#" + number + " " + fault);
        var done = cluster.happens(fault);
        if (done) {
            happened.incrementAndGet();
        }
        note("#" + number + (done ? " done" : " not done: there was no such guest for a minute"));
    }

    /**
     * Waits until every machine is as wished, and a plain pod runs on each node. Each spec is edited first: a status that nobody
     * keeps any more must not pass for a good one.
     */
    private Convergence converge() {
        var begin = Instant.now();
        var edit = 20 + convergence.size();
        BurstBench.allAtOnce(IntStream.range(0, all.size())
                .<Callable<Boolean>>mapToObj(i -> () -> cluster.happens(new Fault.GracePeriodEdited(i, edit)))
                .toList());
        try (var pods = PlainPods.asked(machines)) {
            return converge(begin, pods);
        }
    }

    private Convergence converge(Instant begin, PlainPods pods) {
        var due = new HashMap<FaultedMachine, Instant>();
        var since = new HashMap<FaultedMachine, Instant>();
        while (true) {
            cluster.superviseController();
            cluster.superviseAgents();
            var seen = MachinesSeen.now(machines);
            var now = Instant.now();
            pods.look(now);
            for (var machine : all) {
                seen.nextStartAt(machine)
                        .filter(next -> next.isAfter(due.getOrDefault(machine, begin)))
                        .ifPresent(next -> due.put(machine, next));
                if (seen.isAsWished(machine)) {
                    since.putIfAbsent(machine, now);
                } else {
                    since.remove(machine);
                }
            }
            var latest = due.values().stream().max(Instant::compareTo).orElse(begin);
            var late = now.isAfter(latest.plus(LONGEST_CONVERGENCE));
            if ((since.size() == all.size() && pods.allRun()) || late) {
                var took = new Convergence(
                        longest(
                                since,
                                now,
                                m -> later(
                                        due.getOrDefault(m, begin),
                                        pods.ran(m.node).orElse(begin))),
                        longest(since, now, m -> due.getOrDefault(m, begin)),
                        machines.testbed.nodes().stream()
                                .mapToDouble(
                                        node -> seconds(begin, pods.ran(node).orElse(now)))
                                .max()
                                .orElse(0));
                all.forEach(machine -> machine.settled(now));
                note("converged: " + !late + ", " + took);
                if (late) {
                    all.stream()
                            .filter(m -> !since.containsKey(m))
                            .forEach(m -> note("EVIDENCE not as wished: " + seen.describe(m)));
                }
                return took;
            }
            FaultedCluster.lasts(250);
        }
    }

    private double longest(
            Map<FaultedMachine, Instant> asWished, Instant now, Function<FaultedMachine, Instant> countedFrom) {
        return all.stream()
                .mapToDouble(m -> seconds(countedFrom.apply(m), asWished.getOrDefault(m, now)))
                .max()
                .orElse(0);
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis() / 1e3);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private void checkClocks() {
        var processes = HypervisorProcesses.byUid();
        var running = all.stream()
                .filter(machine -> machine.shouldRun() && processes.containsKey(machine.uid))
                .toList();
        var told = BurstBench.allAtOnce(running.stream()
                .<Callable<Optional<String>>>map(machine -> () -> machine.forgotten(
                        machines.qemuOffset(machine.name, machine.node),
                        observed.lives(machine.uid),
                        cluster.deaf(machine.node)))
                .toList());
        told.stream().flatMap(Optional::stream).forEach(what -> {
            note("EVIDENCE clock forgotten: " + what);
            clockForgotten++;
        });
    }

    private boolean isDoubled(FaultedMachine machine) {
        var doubled = machines.observed(machine.uid).path("maxCopies").asInt() > 1;
        if (doubled) {
            note("EVIDENCE doubled: " + machine.name);
        }
        return doubled;
    }

    private boolean endedWrongly(FaultedMachine machine) {
        var wrongly = machine.endedWrongly(observed.lives(machine.uid));
        wrongly.forEach(life -> note("EVIDENCE stopped for no reason: " + machine.name + " at " + life.ended()));
        return !wrongly.isEmpty();
    }

    /** Machines that should run and do not, or have no domain. */
    private int lost() {
        var processes = HypervisorProcesses.byUid();
        var lost = all.stream()
                .filter(machine -> (machine.shouldRun() && !processes.containsKey(machine.uid))
                        || machines.testbed
                                        .virsh(machine.node, "domstate", machine.uid)
                                        .status()
                                != 0)
                .toList();
        lost.forEach(machine -> note("EVIDENCE lost: " + machine.name));
        return lost.size();
    }

    private synchronized void note(String line) {
        history.printf("%s %s%n", Instant.now(), line);
        history.flush();
        if (line.startsWith("EVIDENCE")) {
            System.out.println(line);
        }
    }

    @Override
    public void close() {
        subjects.values().forEach(ExecutorService::shutdown);
        cluster.startEverything();
    }
}
