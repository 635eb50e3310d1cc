package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.LastReboot;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A random chain of what moves guests and their clocks. After each operation the status must say what QEMU says, or that it
 * is not certain; and what a guest had before a cold start it must have after it.
 */
final class ClockChain {
    /** Seconds: 2 promised, and one for two readings that are not of the same moment. */
    private static final long TOLERANCE = 3;

    /** A status follows its event within a second at most, beside whatever else two cores do. */
    private static final Duration SETTLING = Duration.ofSeconds(20);

    private static final long MOST_BESIDE = 7_200;
    private static final int AWAY_MILLIS = 5_000;

    /** What happens to a machine, each by its weight. */
    private enum Operation {
        set(24),
        reboot(10),
        powerOff(12),
        stop(12),
        pause(8),
        hibernate(10),
        agentAway(8),
        libvirtAway(8),
        bothAway(6),
        endUnseen(2),
        nodePower(3),
        hostStep(6);

        private final int weight;

        Operation(int weight) {
            this.weight = weight;
        }
    }

    /** What the chain came to. */
    record Verdict(int operations, int wrong, int uncertain) {
        double uncertainPercent() {
            return 100.0 * uncertain / operations;
        }

        void report() {
            Figures.atMost("clock-chain-wrong", wrong, 0);
            Figures.atMost("clock-chain-uncertain-percent", uncertainPercent(), 5);
        }
    }

    private final Machines machines;
    private final Random random;
    private final List<String> names;
    /** Seconds that a node's clock is beside ours. */
    private final Map<Testbed.Node, Long> beside = new HashMap<>();

    private int wrong;
    private int uncertain;

    private ClockChain(Machines machines, long seed, int count) {
        this.machines = machines;
        this.random = new Random(seed);
        this.names = IntStream.range(0, count).mapToObj(i -> "clock-" + i).toList();
    }

    /** The figures; {@code -Dclocks.seed} replays, {@code -Dclocks.count} changes the length. */
    static void run(Testbed testbed) {
        var seed = Long.getLong("clocks.seed", System.nanoTime() % 1_000_000);
        run(testbed, seed, Integer.getInteger("clocks.count", 200), 5).report();
    }

    static Verdict run(Testbed testbed, long seed, int operations, int machineCount) {
        Figures.note("clocks: %d operations of seed %d over %d machines", operations, seed, machineCount);
        // Guests follow their node's clock from a start on that finds it such a node.
        testbed.nodes().forEach(node -> step(testbed, node, 0));
        try (var machines = new Machines(testbed, "clocks")) {
            return new ClockChain(machines, seed, machineCount).go(operations);
        } finally {
            testbed.nodes()
                    .forEach(node ->
                            testbed.verb("node", "clock", node.name(), "real").orFail());
        }
    }

    private Verdict go(int operations) {
        names.forEach(name -> machines.post(machines.manifest(
                name,
                "  runStrategy: Manual%n  nodeSelector: {kubernetes.io/hostname: %s}%n"
                        .formatted(node(name).name()))));
        names.forEach(name -> machines.awaitReady(name, "Stopped"));
        names.forEach(this::start);
        for (int i = 0; i < operations; i++) {
            var name = names.get(random.nextInt(names.size()));
            var operation = chosen();
            var before = offset(name);
            perform(operation, name);
            judge(i, operation, name, before);
        }
        return new Verdict(operations, wrong, uncertain);
    }

    /** Machines are dealt out to the nodes in turn. */
    private Testbed.Node node(String name) {
        var nodes = machines.testbed.nodes();
        return nodes.get(names.indexOf(name) % nodes.size());
    }

    private Operation chosen() {
        var all = new ArrayList<Operation>();
        Arrays.stream(Operation.values())
                .forEach(operation -> IntStream.range(0, operation.weight).forEach(_ -> all.add(operation)));
        return all.get(random.nextInt(all.size()));
    }

    private void perform(Operation operation, String name) {
        var node = node(name).name();
        switch (operation) {
            case set -> set(name);
            case reboot -> {
                var last = lastReboot(machines.get(name));
                type(name, "(sleep 1; reboot -f) >/dev/null 2>&1 &");
                machines.await(name, "rebooted", vm -> !lastReboot(vm).equals(last));
            }
            case powerOff -> {
                type(name, "(sleep 1; poweroff -f) >/dev/null 2>&1 &");
                machines.awaitReady(name, "Stopped");
                start(name);
            }
            case stop -> {
                ask("stop", name);
                machines.awaitReady(name, "Stopped");
                start(name);
            }
            case pause -> {
                machines.editSpec(name, "{\"paused\":true}");
                machines.awaitReady(name, "Paused");
                machines.editSpec(name, "{\"paused\":false}");
                machines.awaitReady(name, "Running");
            }
            case hibernate -> {
                ask("hibernate", name);
                machines.awaitReady(name, "Hibernated");
                start(name);
            }
            case agentAway -> away(name, List.of("agent"));
            case libvirtAway -> away(name, List.of("libvirtd"));
            case bothAway -> away(name, List.of("agent", "libvirtd"));
            case endUnseen -> {
                verb("agent", "kill", node);
                set(name);
                type(name, "(sleep 1; poweroff -f) >/dev/null 2>&1 &");
                Awaitility.await(name + " to be off")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> machines.testbed
                                .virsh(node(name), "domstate", machines.domain(name))
                                .output()
                                .contains("shut off"));
                verb("agent", "start", node);
                machines.awaitReady(name, "Stopped");
                start(name);
            }
            case hostStep -> {
                // Never behind us: the cluster's fresh certificates would not be valid yet.
                var to = random.nextLong(0, MOST_BESIDE);
                step(machines.testbed, node(name), to);
                beside.put(node(name), to);
            }
            case nodePower -> {
                verb("node", "power-off", node);
                verb("node", "boot", node);
                var there = names.stream()
                        .filter(other -> node(other).name().equals(node))
                        .toList();
                there.forEach(other -> machines.awaitReady(other, "Stopped"));
                there.forEach(this::start);
            }
        }
    }

    /** The guest sets its clock while something of the node is away. */
    private void away(String name, List<String> services) {
        var node = node(name).name();
        var before = offset(name);
        type(name, "(sleep 2; %s) >/dev/null 2>&1 &".formatted(setting()));
        services.forEach(service -> verb(service, "kill", node));
        FaultedCluster.lasts(AWAY_MILLIS);
        services.reversed().forEach(service -> verb(service, "start", node));
        awaitSet(name, before);
    }

    private void set(String name) {
        var before = offset(name);
        type(name, setting());
        awaitSet(name, before);
    }

    private String setting() {
        return "date -s @%d && hwclock -w".formatted(random.nextLong(1_000_000_000, 2_000_000_000));
    }

    private void awaitSet(String name, long before) {
        Awaitility.await("the guest of " + name + " to have set its clock")
                .atMost(Duration.ofSeconds(60))
                .until(() -> Math.abs(offset(name) - before) > 10 * TOLERANCE);
    }

    private void judge(int number, Operation operation, String name, long before) {
        machines.awaitReady(name, "Running");
        var isCertain = agrees(name);
        var clock = clock(machines.get(name));
        var oracle = offset(name);
        if (!clock.certain()) {
            uncertain++;
            System.out.printf("clock #%d %s of %s: uncertain%n", number, operation, name);
            // its next change settles it
            set(name);
            agrees(name);
            return;
        }
        var isKept = switch (operation) {
            case set, agentAway, libvirtAway, bothAway, endUnseen -> true;
            case reboot, powerOff, stop, pause, hibernate, nodePower, hostStep ->
                Math.abs(oracle - before) <= TOLERANCE;
        };
        if (!isCertain || !isKept) {
            wrong++;
            System.out.printf(
                    "EVIDENCE clock #%d %s of %s: status %s, QEMU %d, before %d%n",
                    number, operation, name, clock, oracle, before);
        }
    }

    /** Whether the status comes to say what QEMU says. */
    private boolean agrees(String name) {
        try {
            Awaitility.await("the status of " + name + " to say what QEMU says")
                    .atMost(SETTLING)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        var clock = clock(machines.get(name));
                        var oracle = offset(name);
                        return !clock.certain() || Math.abs(clock.rtcOffsetSeconds() - oracle) <= TOLERANCE;
                    });
            return true;
        } catch (ConditionTimeoutException _) {
            return false;
        }
    }

    private void start(String name) {
        ask("start", name);
        machines.awaitReady(name, "Running");
        type(name, "true");
    }

    /** Of the guest's real-time clock from its node's, asked of QEMU. */
    private long offset(String name) {
        return machines.qemuOffset(name, node(name)) - beside.getOrDefault(node(name), 0L);
    }

    private static void step(Testbed testbed, Testbed.Node node, long seconds) {
        testbed.verb("node", "clock", node.name(), Long.toString(seconds)).orFail();
    }

    private void ask(String verb, String name) {
        machines.editSpec(name, "{\"power\":{\"%sRequestedAt\":\"%s\"}}".formatted(verb, Instant.now()));
    }

    private void type(String name, String command) {
        machines.testbed
                .verb("console", node(name).name(), machines.domain(name), command)
                .orFail();
    }

    private void verb(String... words) {
        machines.testbed.verb(words).orFail();
    }

    private static ClockStatus clock(VirtualMachine vm) {
        return Objects.requireNonNull(Machines.status(vm).clock(), "status.clock");
    }

    private static Optional<LastReboot> lastReboot(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power()).map(Power::lastReboot);
    }
}
