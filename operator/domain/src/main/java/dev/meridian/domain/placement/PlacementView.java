package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.EvictionStrategy;
import dev.meridian.api.v1alpha1.FencedNode;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.LocalState;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.life.Life;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision about a machine's place is taken from.
 *
 * @param pods the machine's own reservation pods, that of its migration too
 * @param setback what became of its last reservations, if nothing good
 * @param strays where the machine's domain is without being assigned there
 * @param bareSince when it was first seen that nothing is known of the machine's life
 * @param namespaceEnds its namespace is being deleted
 * @param migrations of the machine
 * @param traffic what other machines' migrations leave room for
 * @param marks of its node
 * @param named the node of spec.nodeName, if there is one of that name
 * @param hasBudget a PodDisruptionBudget of ours guards it
 * @param noRoom why a second reservation would be refused by the namespace's quotas
 * @param agentLost the Lease of the agent of {@code status.nodeName} has expired
 */
public record PlacementView(
        VirtualMachine vm,
        List<ReservedPod> pods,
        Optional<Setback> setback,
        List<StrayDomain> strays,
        Optional<Instant> bareSince,
        boolean namespaceEnds,
        boolean agentLost,
        ReservationOptions options,
        Instant now,
        List<VirtualMachineMigration> migrations,
        MigrationTraffic traffic,
        NodeMarks marks,
        Optional<NamedNode> named,
        boolean hasBudget,
        Optional<String> noRoom) {
    private static final VirtualMachineStatus NOTHING_KNOWN = VirtualMachineStatus.NONE;

    /** An agent that loses a machine reports its domain as a stray at once; its controller may be slow to hear. */
    private static final Duration LATEST_WORD = Duration.ofSeconds(5);

    public PlacementView {
        pods = List.copyOf(pods);
        strays = List.copyOf(strays);
        migrations = List.copyOf(migrations);
    }

    /** The migration whose turn it is. */
    Optional<VirtualMachineMigration> migration() {
        return Migrations.first(migrations);
    }

    List<ReservedPod> podsOf(VirtualMachineMigration migration) {
        return pods.stream().filter(pod -> isOf(pod, migration)).toList();
    }

    private static boolean isOf(ReservedPod pod, VirtualMachineMigration migration) {
        return pod.migration().equals(Optional.of(migration.getMetadata().getUid()));
    }

    /** All but that of a migration that has not come to its end. */
    private Stream<ReservedPod> settledPods() {
        var migration = migration();
        return pods.stream()
                .filter(pod -> migration.filter(moving -> isOf(pod, moving)).isEmpty());
    }

    VirtualMachineStatus status() {
        return vm.getStatus() == null ? NOTHING_KNOWN : vm.getStatus();
    }

    List<Condition> conditions() {
        return Objects.requireNonNullElse(status().conditions(), List.of());
    }

    /**
     * The guest runs on its node no more: the node is dead, by the word of somebody that counts, and nothing is heard of its
     * agent; or the node's guard took the guest along.
     */
    boolean isFenced() {
        return recordedNode().isPresent()
                && (marks.guard().isPresent() || (agentLost && marks.death().isPresent()));
    }

    /** How the machine ended on its dead node. */
    FencedNode fencing() {
        var by = marks.death().orElse("");
        return status().fencedNodes().stream()
                .filter(this::isHere)
                .findFirst()
                .orElseGet(() -> new FencedNode(recordedNode().orElse(""), null, now.toString(), by));
    }

    private boolean isHere(FencedNode fenced) {
        return recordedNode().equals(Optional.of(fenced.nodeName()));
    }

    /** What such a node still has of the machine does not count: its agent ends it. */
    private boolean isGivenUpAt(String node) {
        return status().fencedNodes().stream()
                .anyMatch(fenced -> fenced.nodeName().equals(node));
    }

    /** The node that has the machine's domain, whatever the status has forgotten or never knew. */
    Optional<String> nodeName() {
        var recorded = recordedNode();
        if (recorded.isPresent() && isOn(power())) {
            return recorded;
        }
        return strays.stream()
                .filter(stray -> !stray.nodeName().equals(releasedBy()) && !isGivenUpAt(stray.nodeName()))
                .filter(stray -> stray.active() || recorded.isEmpty() || !hasDomain())
                .min(Comparator.comparing((StrayDomain stray) -> !stray.active())
                        .thenComparing(stray -> !recorded.equals(Optional.of(stray.nodeName())))
                        .thenComparing(StrayDomain::nodeName))
                .map(StrayDomain::nodeName)
                .or(() -> recorded);
    }

    Optional<String> recordedNode() {
        return Optional.ofNullable(status().nodeName());
    }

    /** The status names another node than the one that has the machine's domain, or none. */
    boolean isMislaid() {
        return !nodeName().equals(recordedNode());
    }

    /** Its node reports the domain as a stray still: the agent has not heard that the machine is its own. */
    boolean isBeingTakenOver() {
        return recordedNode().isPresent()
                && strays.stream().anyMatch(stray -> recordedNode().equals(Optional.of(stray.nodeName())));
    }

    /** Nobody has said anything of the machine's life: it is new, or its status was lost. */
    public static boolean isBare(VirtualMachine vm) {
        var status = vm.getStatus() == null ? NOTHING_KNOWN : vm.getStatus();
        return status.nodeName() == null
                && status.power() == null
                && Conditions.find(status.conditions(), PlacementStatuses.SCHEDULED)
                        .isEmpty();
    }

    boolean isBare() {
        return isBare(vm);
    }

    /** Until then a node that has the domain of a machine without status may still say so. */
    Optional<Instant> bareUntil() {
        return isBare() && hasFinalizer() && settledPods().findAny().isEmpty()
                ? bareSince
                        .filter(this::nothingWasTriedSince)
                        .map(since -> since.plus(LATEST_WORD))
                        .filter(now::isBefore)
                : Optional.empty();
    }

    private boolean nothingWasTriedSince(Instant since) {
        return setback.filter(s -> !s.at().isBefore(since)).isEmpty();
    }

    Optional<Reservation> reservation() {
        return Optional.ofNullable(status().reservation());
    }

    boolean isDeleted() {
        return vm.isMarkedForDeletion();
    }

    boolean hasFinalizer() {
        return vm.hasFinalizer(Meridian.FINALIZER);
    }

    /** What is to become of a machine whose guest does not run. */
    enum Wish {
        Up,
        AtRest,
        /** Its agent has not said so far what it makes of the present spec. */
        Unknown
    }

    Wish wish() {
        if (vm.getSpec().runStrategy() == RunStrategy.Halted) {
            return Wish.AtRest;
        }
        if (Verbs.wantUp(life())) {
            return Wish.Up;
        }
        if (nodeName().isEmpty() || isFenced()) {
            return Wish.AtRest;
        }
        if (!AgentShare.of(vm).ready() || power() != PowerState.Off) {
            return Wish.Unknown;
        }
        if (!Conditions.isTrue(conditions(), PlacementStatuses.READY)) {
            return Wish.Up;
        }
        return isOffByItsAgent() ? Wish.AtRest : Wish.Unknown;
    }

    /** As far as the status knows it; that a start was begun, its agent alone knows, and says by Ready. */
    Life life() {
        var power = Optional.ofNullable(status().power());
        var stop = isFenced() && power() != PowerState.Off
                ? Optional.of(new LastStop(
                        StopReason.HostPowerOff.name(),
                        fencing().at(),
                        "node \"%s\" is dead: %s"
                                .formatted(
                                        recordedNode().orElseThrow(), fencing().by())))
                : power.map(Power::lastStop);
        return new Life(
                Objects.requireNonNullElse(vm.getSpec().runStrategy(), RunStrategy.Always),
                Objects.requireNonNullElse(vm.getSpec().power(), PowerVerbs.NONE),
                power.map(Power::handled).orElse(null),
                stop,
                false,
                true);
    }

    /** Its node keeps the memory with which it goes on. */
    boolean isHibernated() {
        return Optional.ofNullable(status().domain())
                .filter(domain -> Boolean.TRUE.equals(domain.savedMemory()))
                .isPresent();
    }

    /** What else its node keeps of it. */
    List<LocalState> localState() {
        return Optional.ofNullable(status().domain())
                .map(DomainStatus::localState)
                .orElse(List.of());
    }

    /** Its node was asked to let it go or is dead, so it does not prefer to be there. */
    boolean isEvicted() {
        return isFenced()
                || life().lastStop()
                        .flatMap(StopReason::of)
                        .filter(reason -> reason == StopReason.Evicted)
                        .isPresent();
    }

    /** Why the machine, which runs, is to leave its node; empty while it may stay. */
    Optional<String> departure() {
        if (isDeleted() || !hasFinalizer() || !isOccupied() || isMislaid()) {
            return Optional.empty();
        }
        var isSettled = best(pod -> pod.boundTo().equals(nodeName())).isPresent();
        return vacating()
                .filter(_ -> !isSettled)
                .map(pod -> "reservation pod \"%s\" is to leave node \"%s\": %s"
                        .formatted(
                                pod.name(),
                                nodeName().orElseThrow(),
                                pod.vacates().orElseThrow()))
                .or(() -> vm.getSpec().evictionStrategy() == EvictionStrategy.None
                        ? Optional.empty()
                        : marks.vacating(Objects.requireNonNullElse(vm.getSpec().tolerations(), List.of()))
                                .map(taint -> "node \"%s\" has taint %s"
                                        .formatted(nodeName().orElseThrow(), taint)));
    }

    /** The pod on the machine's node that is asked to leave it. */
    Optional<ReservedPod> vacating() {
        return first(pod -> pod.vacates().isPresent() && pod.nodeName().equals(nodeName()));
    }

    /** The node that the spec names, whether there is such a node or not. */
    Optional<String> namedNode() {
        return Optional.ofNullable(vm.getSpec().nodeName());
    }

    /** Why no pod is made, beyond what the cluster would say of one. */
    Optional<ReservedPod.Refusal> refusal(Placement placement) {
        var unclassed = options.machineClass().refusal();
        if (unclassed.isPresent() && !isOccupied()) {
            return unclassed;
        }
        return switch (placement) {
            case Placement.Named(var node, var _) ->
                NamedNode.refusal(
                        node, named, Objects.requireNonNullElse(vm.getSpec().tolerations(), List.of()));
            case Placement.Require at ->
                namedNode().filter(node -> !node.equals(at.nodeName())).map(node -> NamedNode.elsewhere(node, at));
            case Placement.Anywhere(),
                    Placement.Prefer(var _),
                    Placement.Pin(var _),
                    Placement.Elsewhere(var _, var _) -> Optional.empty();
        };
    }

    /** The highest attempt that anything knows of. */
    long attempt() {
        return LongStream.concat(
                        LongStream.of(reservation().map(Reservation::attempt).orElse(0L)),
                        pods.stream().mapToLong(ReservedPod::attempt))
                .max()
                .orElse(0);
    }

    /** The guest runs on its node, or nobody can tell: its room stays there. */
    boolean isOccupied() {
        return nodeName().isPresent() && isOn(power());
    }

    private boolean isOn(PowerState power) {
        return switch (power) {
            case Running, Paused, Unknown -> !isReleased(recordedNode());
            case Off -> false;
        };
    }

    /** The agent has seen the present spec and says that the guest is off. */
    boolean isOffByItsAgent() {
        return Optional.ofNullable(status().power())
                        .map(Power::state)
                        .filter(s -> s == PowerState.Off)
                        .isPresent()
                && AgentShare.of(vm).ready()
                && vm.getMetadata().getGeneration().equals(status().observedGeneration());
    }

    /** The node that had the machine has undefined its domain, knowing of the present reservation. */
    boolean isReleased() {
        return isReleased(nodeName());
    }

    private boolean isReleased(Optional<String> node) {
        if (isFenced() && node.equals(recordedNode())) {
            return true;
        }
        return Optional.ofNullable(status().domain())
                .filter(domain -> domain.releasedBy() != null && node.equals(Optional.of(domain.releasedBy())))
                .filter(domain -> releasedAttempt(domain)
                        >= reservation().map(Reservation::attempt).orElse(0L))
                .isPresent();
    }

    /** An administrator gives the domain up; the value names the very machine, so that it cannot slip in by a copy. */
    boolean isForgotten() {
        return vm.getMetadata()
                .getUid()
                .equals(vm.getMetadata().getAnnotations().get(Meridian.FORGET_DOMAIN));
    }

    /** Whether it holds the room that the machine needs, and brings its Secrets. */
    boolean covers(ReservedPod pod) {
        return options.requests(vm.getSpec(), pod).fitIn(pod.requests()) && brings(pod);
    }

    private boolean brings(ReservedPod pod) {
        var secrets = PodVolumes.asked(vm, options);
        return secrets.isEmpty()
                || pod.asked().filter(asked -> asked.endsWith(secrets)).isPresent();
    }

    /**
     * Whether the pod asks for what the spec does now. A waiting one that asks for more, or for another node, would
     * keep the machine waiting after its user has corrected it.
     */
    boolean asksFor(ReservedPod pod, Placement placement) {
        return pod.asked()
                        .map(ReservationPod.asks(vm, placement, options)::equals)
                        .orElse(covers(pod))
                && pod.pinnedTo()
                        .equals(PodScheduling.named(
                                new PodScheduling(vm.getSpec(), placement, options.nodes(), options.near())
                                        .affinity()));
    }

    /** Whether the pod was made for the present spec and that node: what it lacks was taken from it on its way. */
    boolean wasMadeFor(ReservedPod pod, Placement placement) {
        return pod.asked()
                .filter(ReservationPod.asks(vm, placement, options)::equals)
                .isPresent();
    }

    /** The pod on the machine's node, else the recorded one, else the newest. */
    Optional<ReservedPod> best(Predicate<ReservedPod> isSuited) {
        var recorded = reservation().map(Reservation::podUID);
        return settledPods()
                .filter(isSuited)
                .max(Comparator.comparingInt((ReservedPod pod) -> isAtHome(pod) ? 1 : 0)
                        .thenComparingInt(pod -> recorded.equals(Optional.of(pod.uid())) ? 1 : 0)
                        .thenComparingLong(ReservedPod::attempt));
    }

    Optional<ReservedPod> first(Predicate<ReservedPod> predicate) {
        return settledPods().filter(predicate).findFirst();
    }

    /** What follows once the object says where the machine is. */
    PlacementStep told(Assignment assignment, Supplier<PlacementStep> then) {
        var status = PlacementStatuses.of(this, assignment);
        return PlacementStatuses.stand(status, this)
                ? then.get()
                : new PlacementStep.WriteStatus(status, PlacementStatuses.events(this, assignment));
    }

    private boolean isAtHome(ReservedPod pod) {
        return pod.boundTo().isPresent() && pod.boundTo().equals(nodeName());
    }

    /** While it lasts no other pod is made, unless that asks for something else. */
    Optional<Setback> activeSetback(Placement placement) {
        return setback.filter(s -> now.isBefore(s.until()))
                .filter(s -> s.isOf(ReservationPod.asks(vm, placement, options)));
    }

    /** A machine that nobody has reported yet counts as off: it moves only when its node has released it. */
    private PowerState power() {
        return Optional.ofNullable(status().power()).map(Power::state).orElse(PowerState.Off);
    }

    private boolean hasDomain() {
        return status().domain() != null && status().domain().releasedBy() == null;
    }

    private @Nullable String releasedBy() {
        return status().domain() == null ? null : status().domain().releasedBy();
    }

    private static long releasedAttempt(DomainStatus domain) {
        return domain.releasedAttempt() == null ? 0 : domain.releasedAttempt();
    }
}
