package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.RunStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The faults of a run: the same for the same seed and shape, whatever the run does.
 *
 * <p>A machine that ends unexpectedly a second time within ten minutes is held back 10 s before it is started again, then
 * 20 s, and so on. That is wanted, and would make of a long run one long wait. So a machine's end is chosen only while
 * fewer than {@link #ENDS_IN_A_ROW} came since somebody last stopped it, and those that came closest are stopped first.
 */
final class FaultSequence {
    /** A group ends with a check that all is well again. */
    static final int GROUP = 10;

    /** So many groups have one power failure of a node. */
    private static final int GROUPS_TO_A_POWER_LOSS = 3;

    private static final int ENDS_IN_A_ROW = 2;
    private static final int LONGEST_PAUSE_MILLIS = 3_000;
    private static final long FARTHEST_CLOCK_SECONDS = 600_000_000;

    /** A fault, and how long after it was begun the next one is. */
    record Planned(Fault fault, int pauseMillis) {}

    /** How many of what, and how long API server and etcd are away. */
    record Shape(int faults, int machines, int nodes, int shortestOutageMillis, int longestOutageMillis) {
        /** Machines are dealt out to the nodes in turn. */
        int nodeOf(int machine) {
            return machine % nodes;
        }
    }

    /** What is chosen from, each by its weight. */
    private enum Kind {
        service(30),
        controller(6),
        apiServer(3),
        etcd(3),
        hypervisor(9),
        powerOff(9),
        reboot(8),
        clock(20),
        halted(10),
        running(16),
        verbs(6),
        start(9),
        stop(5),
        hibernate(6),
        restart(6),
        reset(5),
        pause(5),
        unpause(7),
        gracePeriod(4),
        memory(5);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    private final Random random;
    private final Shape shape;
    private final boolean[] halted;
    private final boolean[] paused;
    private final boolean[] off;
    private final RunStrategy[] led;
    private final int[] ends;

    private FaultSequence(long seed, Shape shape) {
        this.random = new Random(seed);
        this.shape = shape;
        this.halted = new boolean[shape.machines()];
        this.paused = new boolean[shape.machines()];
        this.off = new boolean[shape.machines()];
        this.led = new RunStrategy[shape.machines()];
        Arrays.fill(led, RunStrategy.Always);
        this.ends = new int[shape.machines()];
    }

    static List<Planned> of(long seed, Shape shape) {
        return new FaultSequence(seed, shape).all();
    }

    private List<Planned> all() {
        var all = new ArrayList<Planned>();
        for (int i = 0; i < shape.faults(); i++) {
            var fault = i % (GROUP * GROUPS_TO_A_POWER_LOSS) == GROUP / 2 ? powerLoss() : next();
            all.add(new Planned(fault, random.nextInt(LONGEST_PAUSE_MILLIS)));
        }
        return all;
    }

    private Fault next() {
        while (true) {
            var fault = of(kind());
            if (fault.isPresent()) {
                return fault.get();
            }
        }
    }

    private Kind kind() {
        var kinds = Kind.values();
        var left = random.nextInt(
                IntStream.range(0, kinds.length).map(i -> kinds[i].weight).sum());
        int i = 0;
        while (left >= kinds[i].weight) {
            left -= kinds[i++].weight;
        }
        return kinds[i];
    }

    private Optional<Fault> of(Kind kind) {
        return switch (kind) {
            case service -> Optional.of(service());
            case controller -> Optional.of(new Fault.ControllerKilled(pause()));
            case apiServer -> Optional.of(new Fault.ApiServerAway(outage()));
            case etcd -> Optional.of(new Fault.EtcdAway(outage()));
            case hypervisor -> one(m -> runs(m) && isEndable(m)).map(this::kill);
            case powerOff -> one(m -> listens(m) && isEndable(m)).map(this::powerOff);
            case reboot -> one(this::listens).map(Fault.GuestReboots::new);
            case clock -> one(this::listens).map(m -> new Fault.GuestSetsClock(m, offset()));
            case halted -> Optional.of(halt());
            case running -> one(m -> halted[m] || isLed(m)).map(this::start);
            case verbs -> one(m -> !halted[m] && !isLed(m)).map(this::lead);
            case start -> one(m -> isLed(m) && off[m]).map(m -> verb(Fault.Verb.start, m));
            case stop -> one(m -> isLed(m) && listens(m)).map(m -> verb(Fault.Verb.stop, m));
            case hibernate -> one(m -> isLed(m) && listens(m)).map(m -> verb(Fault.Verb.hibernate, m));
            case restart -> one(this::listens).map(m -> new Fault.Asked(Fault.Verb.restart, m));
            case reset -> one(this::runs).map(m -> new Fault.Asked(Fault.Verb.reset, m));
            case pause -> one(m -> runs(m) && !paused[m]).map(m -> pause(m, true));
            case unpause -> one(m -> paused[m]).map(m -> pause(m, false));
            case gracePeriod -> one(_ -> true).map(m -> new Fault.GracePeriodEdited(m, 20 + random.nextInt(160)));
            case memory -> one(_ -> true).map(m -> new Fault.MemoryEdited(m, 112 + 4 * random.nextInt(12)));
        };
    }

    private Fault service() {
        var services = Fault.NodeService.values();
        return new Fault.ServiceKilled(
                services[random.nextInt(services.length)], random.nextInt(shape.nodes()), pause());
    }

    private Fault powerLoss() {
        var node = random.nextInt(shape.nodes());
        IntStream.range(0, shape.machines())
                .filter(m -> shape.nodeOf(m) == node && runs(m))
                .forEach(m -> {
                    ends[m]++;
                    off[m] = led[m] == RunStrategy.Manual;
                });
        return new Fault.NodePowerLost(node, pause());
    }

    private Fault halt() {
        var machine = IntStream.range(0, shape.machines())
                .filter(m -> !halted[m])
                .boxed()
                .max(Comparator.comparingInt(m -> ends[m]))
                .orElse(0);
        halted[machine] = true;
        return new Fault.Halted(machine);
    }

    private Fault start(int machine) {
        if (halted[machine]) {
            ends[machine] = 0;
        }
        halted[machine] = false;
        off[machine] = false;
        led[machine] = RunStrategy.Always;
        return new Fault.WishedRunning(machine);
    }

    private Fault lead(int machine) {
        led[machine] = random.nextBoolean() ? RunStrategy.Manual : RunStrategy.RerunOnFailure;
        return new Fault.LedByVerbs(machine, led[machine]);
    }

    /** One that starts or stops it. */
    private Fault verb(Fault.Verb verb, int machine) {
        off[machine] = verb != Fault.Verb.start;
        return new Fault.Asked(verb, machine);
    }

    private Fault pause(int machine, boolean wish) {
        paused[machine] = wish;
        return new Fault.Paused(machine, wish);
    }

    private Fault kill(int machine) {
        ends[machine]++;
        off[machine] = led[machine] == RunStrategy.Manual;
        return new Fault.HypervisorKilled(machine);
    }

    private Fault powerOff(int machine) {
        ends[machine]++;
        off[machine] = isLed(machine);
        return new Fault.GuestPowersOff(machine);
    }

    private boolean isLed(int machine) {
        return led[machine] != RunStrategy.Always;
    }

    private boolean runs(int machine) {
        return !halted[machine] && !off[machine];
    }

    private boolean listens(int machine) {
        return runs(machine) && !paused[machine];
    }

    private boolean isEndable(int machine) {
        return ends[machine] < ENDS_IN_A_ROW;
    }

    private Optional<Integer> one(IntPredicate eligible) {
        var all = IntStream.range(0, shape.machines()).filter(eligible).toArray();
        return all.length == 0 ? Optional.empty() : Optional.of(all[random.nextInt(all.length)]);
    }

    private long offset() {
        return random.nextLong(-FARTHEST_CLOCK_SECONDS, FARTHEST_CLOCK_SECONDS);
    }

    private int pause() {
        return random.nextInt(LONGEST_PAUSE_MILLIS);
    }

    private int outage() {
        return random.nextInt(shape.shortestOutageMillis(), shape.longestOutageMillis());
    }
}
