package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.machine.Requests;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * All that a decision about a machine's place is taken from.
 *
 * @param pods the machine's own reservation pods
 * @param setback what became of its last reservations, if nothing good
 * @param namespaceEnds its namespace is being deleted
 * @param agentLost the Lease of the agent of {@code status.nodeName} has expired
 */
public record PlacementView(
        VirtualMachine vm,
        List<ReservedPod> pods,
        Optional<Setback> setback,
        boolean namespaceEnds,
        boolean agentLost,
        ReservationOptions options,
        Instant now) {
    private static final VirtualMachineStatus NOTHING_KNOWN = VirtualMachineStatus.NONE;

    public PlacementView {
        pods = List.copyOf(pods);
    }

    VirtualMachineStatus status() {
        return vm.getStatus() == null ? NOTHING_KNOWN : vm.getStatus();
    }

    List<Condition> conditions() {
        return Objects.requireNonNullElse(status().conditions(), List.of());
    }

    Optional<String> nodeName() {
        return Optional.ofNullable(status().nodeName());
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

    boolean isHalted() {
        return vm.getSpec().runStrategy() == RunStrategy.Halted;
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
        return nodeName().isPresent()
                && switch (power()) {
                    case Running, Paused, Unknown -> !isReleased();
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
        return Optional.ofNullable(status().domain())
                .filter(domain -> nodeName().equals(Optional.ofNullable(domain.releasedBy())))
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

    boolean covers(ReservedPod pod) {
        return Requests.of(vm.getSpec(), options.milliCpuPerVcpu()).fitIn(pod.requests());
    }

    /**
     * Whether the pod asks for what the spec does now. A waiting one that asks for more, or for another node, would
     * keep the machine waiting after its user has corrected it.
     */
    boolean asksFor(ReservedPod pod, Placement placement) {
        return pod.asked()
                        .map(ReservationPod.asks(vm, placement, options)::equals)
                        .orElse(covers(pod))
                && pod.pinnedTo().equals(placement.only());
    }

    Optional<Setback> activeSetback() {
        return setback.filter(s -> now.isBefore(s.until()));
    }

    /** A machine that nobody has reported yet counts as off: it moves only when its node has released it. */
    private PowerState power() {
        return Optional.ofNullable(status().power()).map(Power::state).orElse(PowerState.Off);
    }

    private static long releasedAttempt(DomainStatus domain) {
        return domain.releasedAttempt() == null ? 0 : domain.releasedAttempt();
    }
}
