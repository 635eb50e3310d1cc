package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.e2e.ExplainedEnds.Cause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Does a fault to the cluster, and tells the machines that it concerns. */
final class FaultedCluster {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /** A client asks again while the API server is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private static final Duration GUEST = Duration.ofSeconds(60);

    /** A process takes its time to go, and the observer to see it, while two cores serve twenty guests. */
    private static final Duration SEEN = Duration.ofSeconds(5);

    /** From the command to the end of its QEMU. */
    private static final Duration POWERING_OFF = Duration.ofSeconds(20);

    private final Machines machines;
    private final Testbed testbed;
    private final List<FaultedMachine> all;
    private final List<GuestClock.Deaf> deaf = new ArrayList<>();

    /** A node's boot waits for the API server: neither is taken away from the other. */
    private final ReadWriteLock controlPlane = new ReentrantReadWriteLock(true);

    FaultedCluster(Machines machines, List<FaultedMachine> all) {
        this.machines = machines;
        this.testbed = machines.testbed;
        this.all = all;
    }

    /** Whether it happened: a fault of a guest that is not there within a minute does not. */
    boolean happens(Fault fault) {
        return switch (fault) {
            case Fault.ServiceKilled(var service, var node, var down) -> kill(service, node(node), down);
            case Fault.ControllerKilled(var down) -> killController(down);
            case Fault.ApiServerAway(var down) -> away("apiserver", down);
            case Fault.EtcdAway(var down) -> away("etcd", down);
            case Fault.NodePowerLost(var node, var down) -> cutPower(node(node), down);
            case Fault.HypervisorKilled(var machine) -> killHypervisor(all.get(machine));
            case Fault.GuestPowersOff(var machine) -> powerOff(all.get(machine));
            case Fault.GuestReboots(var machine) -> type(all.get(machine), "(sleep 1; reboot -f) >/dev/null 2>&1 &");
            case Fault.GuestSetsClock(var machine, var offset) -> setClock(all.get(machine), offset);
            case Fault.Halted(var machine) -> halt(all.get(machine));
            case Fault.WishedRunning(var machine) -> wishRunning(all.get(machine));
            case Fault.LedByVerbs(var machine, var strategy) -> ledByVerbs(all.get(machine), strategy);
            case Fault.Asked(var verb, var machine) -> ask(verb, all.get(machine));
            case Fault.Paused(var machine, var paused) -> pause(all.get(machine), paused);
            case Fault.GracePeriodEdited(var machine, var seconds) ->
                edit(all.get(machine), "\"terminationGracePeriodSeconds\":" + seconds);
            case Fault.MemoryEdited(var machine, var mebibytes) ->
                edit(all.get(machine), "\"memory\":{\"guest\":\"%dMi\"}".formatted(mebibytes));
        };
    }

    /** Faults of one subject wait for each other. */
    static String subject(Fault fault) {
        return switch (fault) {
            case Fault.ServiceKilled(var _, var node, var _) -> "node " + node;
            case Fault.NodePowerLost(var node, var _) -> "node " + node;
            case Fault.ControllerKilled _ -> "controller";
            case Fault.ApiServerAway _, Fault.EtcdAway _ -> "control plane";
            case Fault.HypervisorKilled(var machine) -> "machine " + machine;
            case Fault.GuestPowersOff(var machine) -> "machine " + machine;
            case Fault.GuestReboots(var machine) -> "machine " + machine;
            case Fault.GuestSetsClock(var machine, var _) -> "machine " + machine;
            case Fault.Halted(var machine) -> "machine " + machine;
            case Fault.WishedRunning(var machine) -> "machine " + machine;
            case Fault.LedByVerbs(var machine, var _) -> "machine " + machine;
            case Fault.Asked(var _, var machine) -> "machine " + machine;
            case Fault.Paused(var machine, var _) -> "machine " + machine;
            case Fault.GracePeriodEdited(var machine, var _) -> "machine " + machine;
            case Fault.MemoryEdited(var machine, var _) -> "machine " + machine;
        };
    }

    /** When no libvirtd of a node could hear of a change. */
    synchronized List<GuestClock.Deaf> deaf(Testbed.Node node) {
        return deaf.stream().filter(d -> d.node().equals(node.name())).toList();
    }

    /** As its Deployment would: a controller that could not keep the lead ends, to be started anew. */
    void superviseController() {
        if (testbed.verb("pid", "controller").status() != 0) {
            testbed.verb("controller", "start").orFail();
        }
    }

    /** As their DaemonSet would, of nodes that have power. */
    void superviseAgents() {
        for (var node : testbed.nodes()) {
            if (testbed.verb("pid", "agent", node.name()).status() != 0) {
                testbed.verb("agent", "start", node.name()).orFail();
            }
        }
    }

    /** Everything is started that a broken run may have left down. */
    void startEverything() {
        testbed.verb("etcd", "start").orFail();
        testbed.verb("apiserver", "start").orFail();
        testbed.verb("controller", "start").orFail();
        for (var node : testbed.nodes()) {
            testbed.verb("node", "boot", node.name()).orFail();
            for (var service : List.of("virtlogd", "libvirtd", "containerd", "kubelet", "kube-proxy", "agent")) {
                testbed.verb(service, "start", node.name()).orFail();
            }
        }
    }

    private Testbed.Node node(int number) {
        return testbed.nodes().get(number);
    }

    private boolean kill(Fault.NodeService service, Testbed.Node node, int downMillis) {
        var from = Instant.now();
        testbed.verb(service.name(), "kill", node.name()).orFail();
        lasts(downMillis);
        testbed.verb(service.name(), "start", node.name()).orFail();
        var to = Instant.now();
        if (service.holdsStarts()) {
            on(node).forEach(m -> m.mayEnd(new Cause(service + " killed", from, to.plus(SEEN), true)));
        }
        if (service == Fault.NodeService.libvirtd) {
            heardNothing(node, from, to);
        }
        return true;
    }

    private boolean killController(int downMillis) {
        testbed.verb("controller", "kill").orFail();
        lasts(downMillis);
        testbed.verb("controller", "start").orFail();
        return true;
    }

    private boolean away(String service, int downMillis) {
        controlPlane.writeLock().lock();
        try {
            testbed.verb(service, "stop").orFail();
            lasts(downMillis);
            testbed.verb(service, "start").orFail();
        } finally {
            controlPlane.writeLock().unlock();
        }
        superviseController();
        return true;
    }

    private boolean cutPower(Testbed.Node node, int downMillis) {
        controlPlane.readLock().lock();
        try {
            var from = Instant.now();
            testbed.verb("node", "power-off", node.name()).orFail();
            var dead = Instant.now();
            on(node).forEach(m -> m.mayEnd(new Cause("power lost", from, dead.plus(SEEN), false)));
            lasts(downMillis);
            testbed.verb("node", "boot", node.name()).orFail();
            heardNothing(node, from, Instant.now());
        } finally {
            controlPlane.readLock().unlock();
        }
        return true;
    }

    private boolean killHypervisor(FaultedMachine machine) {
        var process = awaited(
                "QEMU of " + machine.name,
                () -> Optional.ofNullable(HypervisorProcesses.byUid().get(machine.uid))
                        .flatMap(ProcessHandle::of));
        process.ifPresent(qemu -> {
            var from = Instant.now();
            machine.mayEnd(new Cause("QEMU killed", from, from.plus(SEEN), false));
            qemu.destroyForcibly();
        });
        return process.isPresent();
    }

    private boolean powerOff(FaultedMachine machine) {
        var from = Instant.now();
        var typed = type(machine, "(sleep 1; poweroff -f) >/dev/null 2>&1 &");
        // also when no answer came: the guest may have heard it
        machine.mayEnd(new Cause("powered off", from, Instant.now().plus(POWERING_OFF), false));
        return typed;
    }

    private boolean setClock(FaultedMachine machine, long offset) {
        return awaited("shell of " + machine.name, () -> setClockOnce(machine, offset))
                .isPresent();
    }

    private Optional<Boolean> setClockOnce(FaultedMachine machine, long offset) {
        if (console(machine, "true").status() != 0) {
            return Optional.empty();
        }
        var begun = Instant.now();
        var said = console(machine, "date -s @%d && hwclock -w".formatted(begun.getEpochSecond() + offset));
        var done = Instant.now();
        var late = Duration.between(begun, done).toSeconds() + 1;
        machine.clockSet(new GuestClock.Set(offset - late, offset, done, said.status() == 0));
        return said.status() == 0 ? Optional.of(true) : Optional.empty();
    }

    private boolean type(FaultedMachine machine, String command) {
        return awaited(
                        "shell of " + machine.name,
                        () -> console(machine, command).status() == 0 ? Optional.of(true) : Optional.empty())
                .isPresent();
    }

    private Testbed.Said console(FaultedMachine machine, String command) {
        return testbed.verb("console", machine.node.name(), machines.domain(machine.name), command, "--timeout", "15s");
    }

    private boolean halt(FaultedMachine machine) {
        machine.halted(Instant.now());
        return edit(machine, "\"runStrategy\":\"Halted\"");
    }

    private boolean wishRunning(FaultedMachine machine) {
        var accepted = edit(machine, "\"runStrategy\":\"Always\"");
        machine.wishedRunning(Instant.now());
        return accepted;
    }

    private boolean ledByVerbs(FaultedMachine machine, RunStrategy strategy) {
        // before it is written: what ends meanwhile may stay off
        machine.ledByVerbs(strategy);
        return edit(machine, "\"runStrategy\":\"" + strategy + "\"");
    }

    private boolean ask(Fault.Verb verb, FaultedMachine machine) {
        var from = Instant.now();
        var accepted = edit(machine, "\"power\":{\"%sRequestedAt\":\"%s\"}".formatted(verb, from));
        machine.asked(verb, from, Instant.now());
        return accepted;
    }

    private boolean pause(FaultedMachine machine, boolean paused) {
        machine.paused(paused);
        return edit(machine, "\"paused\":" + paused);
    }

    /** As a client that does not give up: an answer that got lost is asked for again. */
    private boolean edit(FaultedMachine machine, String field) {
        Awaitility.await("the API server to take " + field + " of " + machine.name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> machines.client
                                .resources(VirtualMachine.class)
                                .inNamespace(machines.namespace)
                                .withName(machine.name)
                                .patch(MERGE, "{\"spec\":{" + field + "}}")
                        != null);
        return true;
    }

    private Collection<FaultedMachine> on(Testbed.Node node) {
        return all.stream().filter(machine -> machine.node.equals(node)).toList();
    }

    private synchronized void heardNothing(Testbed.Node node, Instant from, Instant to) {
        deaf.add(new GuestClock.Deaf(node.name(), from, to));
    }

    private static <T> Optional<T> awaited(String what, java.util.concurrent.Callable<Optional<T>> find) {
        try {
            return Awaitility.await(what)
                    .atMost(GUEST)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(500))
                    .until(find, Optional::isPresent);
        } catch (ConditionTimeoutException _) {
            return Optional.empty();
        }
    }

    /** How long something is away is part of the fault: there is nothing to wait for. */
    static void lasts(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
