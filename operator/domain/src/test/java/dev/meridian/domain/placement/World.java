package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.Fenced;
import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.Samples;
import dev.meridian.domain.Yaml;
import dev.meridian.domain.life.Life;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.status.Conditions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A cluster of two nodes with one machine, in which nothing happens by itself: each part moves when it is told to, the
 * controller and the agents as their shells do. After each move it is checked what must hold at any time.
 */
final class World {
    static final List<String> NODES = List.of("worker-0", "worker-1");

    private static final String MACHINE = """
            apiVersion: meridian.dev/v1alpha1
            kind: VirtualMachine
            metadata:
              {name: web, namespace: team-a, uid: 22222222-2222-4222-8222-222222222222, generation: 1, resourceVersion: "1"}
            spec: {memory: {guest: 256Mi}, runStrategy: Always, evictionStrategy: Shutdown}
            status: {observedGeneration: -1}
            """;

    // What is so: the API server's objects, and the domains of the nodes with whether they run.
    private Optional<Applied> machine = Optional.of(Applied.of(Yaml.read(MACHINE, JsonNode.class), Applied.Share.None));
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Map<String, Boolean> domains = new TreeMap<>();
    static final NodeMarks FENCED = new NodeMarks(
            List.of(),
            Optional.of(new Fenced("somebody", null)),
            Optional.of(new Fencing(Fencing.State.Fenced, "somebody", "2026-03-01T11:59:00Z", null)));

    private final Set<String> silent = new TreeSet<>();

    // Nodes without power, what they had defined, and those that somebody calls dead.
    private final Set<String> dead = new TreeSet<>();
    private final Set<String> shut = new TreeSet<>();
    private final Set<String> fenced = new TreeSet<>();
    private Instant now = Samples.NOW;
    private int podsMade;
    private boolean quotaIsUsedUp;
    private long highestAttempt;
    private Instant lastLoss = Instant.MIN;

    // How guests ended of which their nodes have not told.
    private final Map<String, StopReason> ends = new TreeMap<>();

    // What the controller's informers have heard of it.
    private Optional<Applied> heardMachine = Optional.empty();
    private final Map<String, Pod> heardPods = new LinkedHashMap<>();
    private List<StrayDomain> heardStrays = List.of();

    // What the controller remembers.
    private Optional<Applied> latest = Optional.empty();
    private Optional<Setback> setback = Optional.empty();
    private final Set<String> deletedByUs = new TreeSet<>();
    private Optional<Instant> bareSince = Optional.empty();

    // What an agent has found out and not written yet.
    private final Map<String, VirtualMachineStatus> reports = new TreeMap<>();

    private final List<String> story = new ArrayList<>();

    // The controller

    void informersDeliver() {
        heardMachine = machine;
        heardPods.clear();
        heardPods.putAll(pods);
    }

    /** What nodes report is heard at another time than what becomes of the machine's object. */
    void hypervisorsDeliver() {
        var assigned = machine.map(object -> object.machine().getStatus().nodeName());
        heardStrays = domains.entrySet().stream()
                .filter(domain -> !assigned.equals(Optional.of(domain.getKey())))
                .map(domain -> new StrayDomain(domain.getKey(), domain.getValue()))
                .toList();
    }

    /** Another process leads; what its informers know may be older than what this one wrote. */
    void controllerForgets() {
        latest = Optional.empty();
        setback = Optional.empty();
        deletedByUs.clear();
        bareSince = Optional.empty();
    }

    /** One look and one step. */
    PlacementStep controllerMoves() {
        if (heardMachine.isEmpty()) {
            return new PlacementStep.Settled();
        }
        var seen =
                latest.filter(l -> l.version() >= heardMachine.get().version()).orElse(heardMachine.get());
        var step = PlacementPlanner.next(view(seen.machine()));
        told("controller: " + step);
        switch (step) {
            case PlacementStep.AddFinalizer() ->
                write(seen, false, object -> object.withFinalizers(List.of(Meridian.FINALIZER)));
            case PlacementStep.RemoveFinalizer() -> {
                write(seen, true, object -> object.withFinalizers(List.of()));
                collectGarbage();
            }
            case PlacementStep.DeleteMachine() -> userDeletes();
            case PlacementStep.CreatePod(var pod) -> create(pod);
            case PlacementStep.DeletePod(var pod) -> delete(pod);
            case PlacementStep.DiscardPod(var pod, var refusal) -> {
                delete(pod);
                setback = Optional.of(Setback.after(setback, refusal, pod.asked(), now));
            }
            case PlacementStep.WriteStatus(var status, var _) ->
                write(seen, true, object -> object.status(Meridian.CONTROLLER, status));
            case PlacementStep.AddMigrationFinalizer _,
                    PlacementStep.RemoveMigrationFinalizer _,
                    PlacementStep.WriteMigration _,
                    PlacementStep.CreateMigration _,
                    PlacementStep.DeleteMigration _,
                    PlacementStep.CreateBudget _,
                    PlacementStep.DeleteBudget _ ->
                throw new IllegalStateException("no migration is in this world: " + step);
            case PlacementStep.Wait(var _), PlacementStep.Settled() -> {}
        }
        check();
        return step;
    }

    private PlacementView view(VirtualMachine vm) {
        var found = ReservedPod.of(vm, heardPods.values().stream()).stream()
                .map(pod -> deletedByUs.contains(pod.uid()) ? pod.ending() : pod)
                .toList();
        var node = vm.getStatus().nodeName();
        bareSince = PlacementView.isBare(vm) ? bareSince.or(() -> Optional.of(now)) : Optional.empty();
        return new PlacementView(
                vm,
                found,
                setback,
                heardStrays,
                bareSince,
                false,
                node != null && silent.contains(node),
                ReservationOptions.DEFAULT,
                now,
                List.of(),
                MigrationTraffic.NONE,
                node != null && fenced.contains(node) ? FENCED : NodeMarks.NONE,
                Optional.ofNullable(vm.getSpec().nodeName())
                        .filter(NODES::contains)
                        .map(this::named),
                false,
                Optional.empty());
    }

    private NamedNode named(String node) {
        return new NamedNode(
                fenced.contains(node) ? FENCED : NodeMarks.NONE,
                silent.contains(node) ? Optional.of("its agent is not heard of") : Optional.empty());
    }

    private void write(Applied seen, boolean onlyIfUnchanged, UnaryOperator<Applied> change) {
        if (machine.isPresent() && (!onlyIfUnchanged || machine.get().version() == seen.version())) {
            machine = machine.map(change);
        }
        latest = machine;
    }

    private void create(Pod pod) {
        if (quotaIsUsedUp) {
            setback = Optional.of(Setback.after(
                    setback,
                    new ReservedPod.Refusal("QuotaExceeded", "exceeded quota: small"),
                    ReservationPod.asked(pod),
                    now));
            return;
        }
        var made = pods.computeIfAbsent(
                pod.getMetadata().getName(),
                _ -> new PodBuilder(pod)
                        .editMetadata()
                        .withUid("pod-uid-" + ++podsMade)
                        .withCreationTimestamp(now.toString())
                        .endMetadata()
                        .withNewStatus()
                        .withPhase("Pending")
                        .endStatus()
                        .build());
        heardPods.put(made.getMetadata().getName(), made);
    }

    private void delete(ReservedPod pod) {
        end(pod.name(), 1);
        deletedByUs.add(pod.uid());
    }

    // The cluster

    void schedulerBinds(int choice) {
        first(pod -> isLive(pod) && pod.getSpec().getNodeName() == null).ifPresent(pod -> {
            var pinned = ReservedPod.of(machineOrNone(), Stream.of(pod)).stream()
                    .flatMap(p -> p.pinnedTo().stream())
                    .findFirst();
            var node = pinned.orElse(NODES.get(choice % NODES.size()));
            change(
                    pod,
                    p -> p.editSpec()
                            .withNodeName(node)
                            .endSpec()
                            .editStatus()
                            .withConditions(PlacementFacts.SCHEDULED)
                            .endStatus());
            told("scheduler: " + pod.getMetadata().getName() + " to " + node);
        });
    }

    void schedulerFindsNoRoom() {
        first(pod -> isLive(pod) && pod.getSpec().getNodeName() == null)
                .ifPresent(pod -> change(
                        pod,
                        p -> p.editStatus()
                                .withConditions()
                                .addNewCondition()
                                .withType("PodScheduled")
                                .withStatus("False")
                                .withReason("Unschedulable")
                                .withMessage("0/2 nodes are available")
                                .endCondition()
                                .endStatus()));
    }

    void kubeletsRun() {
        List.copyOf(pods.values()).forEach(pod -> {
            if (pod.getMetadata().getDeletionTimestamp() != null
                    && pod.getMetadata().getDeletionGracePeriodSeconds() <= 1) {
                pods.remove(pod.getMetadata().getName());
            } else if (isLive(pod) && pod.getSpec().getNodeName() != null) {
                change(pod, p -> p.editStatus().withPhase("Running").endStatus());
            }
        });
    }

    void kubeletRejects() {
        first(pod -> isLive(pod) && pod.getSpec().getNodeName() != null).ifPresent(pod -> {
            change(
                    pod,
                    p -> p.editStatus()
                            .withPhase("Failed")
                            .withReason("OutOfcpu")
                            .withMessage("no cpu")
                            .endStatus());
            told("kubelet: rejects " + pod.getMetadata().getName());
        });
    }

    void quota(boolean isUsedUp) {
        quotaIsUsedUp = isUsedUp;
    }

    void timePasses(Duration duration) {
        now = now.plus(duration);
        if (!now.isBefore(lastLoss.plusSeconds(4))) {
            hypervisorsDeliver();
        }
    }

    // People

    void user(String difference) {
        var isSpec = difference.startsWith("spec");
        machine = machine.map(object -> {
            var next = object.with(difference);
            return isSpec && next.version() != object.version()
                    ? next.with("metadata: {generation: " + (generation(object) + 1) + "}")
                    : next;
        });
        told("user: " + difference);
        check();
    }

    void userDeletes() {
        user("metadata: {deletionTimestamp: \"" + now + "\"}");
        collectGarbage();
    }

    void userDeletesAPod(int choice) {
        var live = pods.values().stream().filter(World::isLive).toList();
        if (!live.isEmpty()) {
            end(live.get(choice % live.size()).getMetadata().getName(), 86_400);
        }
        told("user: deletes a pod");
    }

    void somebodyEvictsAPod(int choice) {
        var live = pods.values().stream()
                .filter(World::isLive)
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .toList();
        if (!live.isEmpty()) {
            var pod = live.get(choice % live.size());
            change(
                    pod,
                    p -> p.editStatus()
                            .addNewCondition()
                            .withType("DisruptionTarget")
                            .withStatus("True")
                            .withReason("EvictionByEvictionAPI")
                            .endCondition()
                            .endStatus());
            end(pod.getMetadata().getName(), 86_400);
        }
        told("somebody: evicts a pod");
    }

    void somebodyForcesAPodAway(int choice) {
        var names = List.copyOf(pods.keySet());
        if (!names.isEmpty()) {
            pods.remove(names.get(choice % names.size()));
        }
        told("somebody: forces a pod away");
    }

    void statusIsLost() {
        machine = machine.map(Applied::withoutStatus);
        reports.clear();
        highestAttempt = 0;
        lastLoss = now;
        told("status: lost");
    }

    void guestEnds(StopReason reason) {
        domains.replaceAll((node, isOn) -> {
            if (isOn) {
                ends.put(node, reason);
            }
            return false;
        });
        told("guest: " + reason);
    }

    // The agents

    void agentIsSilent(String node) {
        silent.add(node);
    }

    void agentIsBack(String node) {
        if (!dead.contains(node)) {
            silent.remove(node);
        }
    }

    void nodeDies(String node) {
        dead.add(node);
        silent.add(node);
        reports.remove(node);
        ends.remove(node);
        if (domains.remove(node) != null) {
            shut.add(node);
        }
        told(node + ": dies");
    }

    /** Nobody says so of one that is not. */
    void somebodyFences(String node) {
        if (dead.contains(node)) {
            fenced.add(node);
            told("somebody: fences " + node);
        }
    }

    /** Before anything else it ends what it has of a machine that was given up there and is another node's by now. */
    void nodeIsBack(String node) {
        if (!dead.remove(node)) {
            return;
        }
        silent.remove(node);
        pods.values().removeIf(pod -> !isLive(pod) && node.equals(pod.getSpec().getNodeName()));
        told(node + ": is back");
        var isStill = machine.map(object -> object.machine().getStatus().nodeName())
                .filter(node::equals)
                .isPresent();
        if (shut.remove(node) && isStill) {
            domains.put(node, false);
            ends.put(node, StopReason.HostPowerOff);
        }
        check();
    }

    void fenceIsLifted(String node) {
        fenced.remove(node);
        told("somebody: lifts the fence of " + node);
    }

    /** One step towards what is wished of the node; then what is to be reported. A node writes before it looks again. */
    void agentActs(String node) {
        if (silent.contains(node) || reports.containsKey(node) || machine.isEmpty()) {
            return;
        }
        var vm = machine.get().machine();
        var status = vm.getStatus();
        if (!node.equals(status.nodeName())) {
            return;
        }
        var belief = belief(node, status);
        var life = act(node, vm, belief);
        var leaves = vm.isMarkedForDeletion() || belief != Belief.Here;
        reports.put(node, report(node, vm, life, leaves && !domains.containsKey(node)));
        told(node + ": " + belief + " " + domains);
        endDeletedReservations(node);
        check();
    }

    void agentReports(String node) {
        var report = reports.remove(node);
        if (report != null && !silent.contains(node)) {
            machine = machine.map(object -> object.status(Meridian.AGENT, report));
            told(node + ": reports " + report.power() + " " + report.domain());
            check();
        }
    }

    private enum Belief {
        Here,
        Leaving,
        Released
    }

    /** As the agent's Situations tell an assignment. */
    private static Belief belief(String me, VirtualMachineStatus status) {
        var reservation = Optional.ofNullable(status.reservation());
        var to = reservation.map(Reservation::nodeName);
        var domain = status.domain();
        if (domain != null && me.equals(domain.releasedBy())) {
            var isAnew = to.equals(Optional.of(me))
                    && reservation.map(Reservation::attempt).orElse(0L)
                            > Objects.requireNonNullElse(domain.releasedAttempt(), Long.MAX_VALUE);
            return isAnew ? Belief.Here : Belief.Released;
        }
        return to.isPresent() && !to.get().equals(me) ? Belief.Leaving : Belief.Here;
    }

    /** As the agent's Planner decides; gives what it remembers of the machine's life then. */
    private Life act(String node, VirtualMachine vm, Belief belief) {
        var life = life(node, vm);
        if (domains.getOrDefault(node, false)) {
            return bringDown(node, vm, life);
        }
        if (vm.isMarkedForDeletion() || belief != Belief.Here) {
            domains.remove(node);
            return life;
        }
        var decision = Verbs.whileOff(life);
        var next = after(life, decision);
        if (Verbs.wantUp(life) && isReserved(node, vm)) {
            domains.put(node, true);
            return next;
        }
        // A start is remembered with the start itself.
        return decision.act() == Verbs.Act.Start ? life : next;
    }

    private Life bringDown(String node, VirtualMachine vm, Life life) {
        var why = Optional.<StopReason>empty();
        var decision = Verbs.whileRunning(life, false);
        if (vm.isMarkedForDeletion()) {
            why = Optional.of(StopReason.Deleted);
        } else if (life.strategy() == RunStrategy.Halted) {
            why = Optional.of(StopReason.Halted);
        } else if (isToVacate(node, vm)) {
            why = Optional.of(StopReason.Evicted);
        } else if (decision.act() == Verbs.Act.Stop) {
            why = Optional.of(StopReason.StopRequested);
        }
        domains.put(node, why.isEmpty());
        var next = after(life, decision);
        return why.map(reason -> ended(next, reason)).orElse(next);
    }

    private Life life(String node, VirtualMachine vm) {
        var power = Optional.ofNullable(vm.getStatus().power());
        var life = new Life(
                Objects.requireNonNull(vm.getSpec().runStrategy()),
                Objects.requireNonNullElse(vm.getSpec().power(), PowerVerbs.NONE),
                power.map(Power::handled)
                        .orElse(Objects.requireNonNullElse(vm.getSpec().power(), PowerVerbs.NONE)),
                power.map(Power::lastStop),
                false,
                true);
        var end = ends.remove(node);
        return end == null ? life : ended(life, end);
    }

    private Life ended(Life life, StopReason reason) {
        return new Life(
                life.strategy(),
                life.requested(),
                life.handled(),
                Optional.of(new LastStop(reason.name(), now.toString(), "")),
                false,
                life.savable());
    }

    private Life after(Life life, Verbs.Decision decision) {
        var handled = new Life(
                life.strategy(),
                life.requested(),
                decision.handled(),
                life.lastStop(),
                life.starting(),
                life.savable());
        return decision.act() == Verbs.Act.Stop ? ended(handled, StopReason.StopRequested) : handled;
    }

    private boolean isToVacate(String node, VirtualMachine vm) {
        var reservation = vm.getStatus().reservation();
        return reservation != null
                && ReservedPod.of(vm, pods.values().stream()).stream()
                        .anyMatch(pod -> pod.uid().equals(reservation.podUID())
                                && pod.vacates().isPresent()
                                && pod.nodeName().equals(Optional.of(node)));
    }

    private boolean isReserved(String node, VirtualMachine vm) {
        var reservation =
                Objects.requireNonNullElse(vm.getStatus().reservation(), new Reservation(null, null, null, 0L, null));
        return pods.values().stream()
                .anyMatch(pod -> isLive(pod)
                        && pod.getMetadata().getUid().equals(reservation.podUID())
                        && node.equals(pod.getSpec().getNodeName()));
    }

    private VirtualMachineStatus report(String node, VirtualMachine vm, Life life, boolean isReleased) {
        var isOn = domains.getOrDefault(node, false);
        var isAsWished = isOn || !Verbs.wantUp(life);
        var attempt = Optional.ofNullable(vm.getStatus().reservation())
                .map(Reservation::attempt)
                .orElse(0L);
        var uid = vm.getMetadata().getUid();
        var domain = isReleased
                ? new DomainStatus(null, uid, null, null, null, null, node, attempt)
                : domains.containsKey(node) ? new DomainStatus(null, uid, null, null, null, null, null, null) : null;
        var ready = new Conditions.Decided("Ready", ConditionStatus.of(isAsWished), isOn ? "Running" : "Stopped", "");
        return new VirtualMachineStatus(
                vm.getMetadata().getGeneration(),
                isOn ? "Running" : "Stopped",
                Conditions.decide(
                        vm.getStatus().conditions(),
                        List.of(ready),
                        vm.getMetadata().getGeneration(),
                        now),
                null,
                null,
                new Power(
                        isOn ? PowerState.Running : PowerState.Off,
                        null,
                        null,
                        null,
                        life.lastStop().orElse(null),
                        null,
                        null,
                        null,
                        life.handled(),
                        null),
                domain,
                null,
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                null,
                null);
    }

    /** A pod that somebody deleted holds its room until the guest is gone, or until another pod holds it. */
    private void endDeletedReservations(String node) {
        pods.values()
                .removeIf(pod -> pod.getMetadata().getDeletionTimestamp() != null
                        && node.equals(pod.getSpec().getNodeName())
                        && !domains.getOrDefault(node, false));
    }

    // What holds at any time

    private void check() {
        assertThat(domains).as(this::story).hasSizeLessThanOrEqualTo(1);
        if (machine.isEmpty()) {
            assertThat(domains).as(this::story).isEmpty();
            return;
        }
        var vm = machine.get().machine();
        if (vm.getStatus().nodeName() != null) {
            assertThat(vm.getFinalizers()).as(this::story).contains(Meridian.FINALIZER);
        }
        var attempt = Optional.ofNullable(vm.getStatus().reservation())
                .map(Reservation::attempt)
                .orElse(0L);
        assertThat(attempt).as(this::story).isGreaterThanOrEqualTo(highestAttempt);
        highestAttempt = attempt;
    }

    // What is asked when all is over

    String story() {
        return String.join("\n", story);
    }

    Optional<VirtualMachine> machine() {
        return machine.map(Applied::machine);
    }

    List<String> nodesThatRunIt() {
        return domains.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** It runs, or would be started. */
    boolean wantsUp() {
        return !nodesThatRunIt().isEmpty()
                || Verbs.wantUp(life("nowhere", machine().orElseThrow()));
    }

    List<Pod> livePods() {
        return pods.values().stream().filter(World::isLive).toList();
    }

    /** Everything that each part would do by itself, until nobody has anything to do. */
    void settle() {
        NODES.forEach(this::nodeIsBack);
        fenced.clear();
        silent.clear();
        quotaIsUsedUp = false;
        var quiet = 0;
        for (var round = 0; round < 200; round++) {
            var before = fingerprint();
            timePasses(Duration.ofMinutes(1));
            informersDeliver();
            hypervisorsDeliver();
            for (var steps = 0; steps < 20 && controllerMoves() instanceof PlacementStep.Act; steps++) {
                informersDeliver();
            }
            schedulerBinds(round);
            kubeletsRun();
            NODES.forEach(node -> {
                agentReports(node);
                agentActs(node);
                agentReports(node);
            });
            // In one quiet round the controller may only wait.
            quiet = before.equals(fingerprint()) ? quiet + 1 : 0;
            if (quiet == 2) {
                return;
            }
        }
        throw new AssertionError("no end: " + story());
    }

    private String fingerprint() {
        return machine.map(Applied::object) + " " + pods + " " + domains;
    }

    private VirtualMachine machineOrNone() {
        return machine.orElseGet(() -> Applied.of(Yaml.read(MACHINE, JsonNode.class), Applied.Share.None))
                .machine();
    }

    private void collectGarbage() {
        if (machine.filter(object -> object.machine().isMarkedForDeletion()
                        && object.machine().getFinalizers().isEmpty())
                .isPresent()) {
            machine = Optional.empty();
            List.copyOf(pods.keySet()).forEach(name -> end(name, 86_400));
        }
    }

    private void end(String name, long grace) {
        var pod = pods.get(name);
        if (pod == null) {
            return;
        }
        if (pod.getSpec().getNodeName() == null || pod.getStatus().getPhase().equals("Failed")) {
            pods.remove(name);
            return;
        }
        var before = pod.getMetadata().getDeletionGracePeriodSeconds();
        change(
                pod,
                p -> p.editMetadata()
                        .withDeletionTimestamp(now.toString())
                        .withDeletionGracePeriodSeconds(before == null ? grace : Math.min(before, grace))
                        .endMetadata());
    }

    private Optional<Pod> first(Predicate<Pod> predicate) {
        return pods.values().stream().filter(predicate).findFirst();
    }

    private void change(Pod pod, UnaryOperator<PodBuilder> change) {
        pods.put(pod.getMetadata().getName(), change.apply(new PodBuilder(pod)).build());
    }

    private void told(String what) {
        story.add(what);
    }

    private static boolean isLive(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && !pod.getStatus().getPhase().equals("Failed");
    }

    private static long generation(Applied object) {
        return object.object().at("/metadata/generation").asLong();
    }
}
