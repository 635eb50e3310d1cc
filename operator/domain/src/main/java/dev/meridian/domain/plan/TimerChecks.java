package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.ArmvTimer;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.PresenceTimer;
import dev.meridian.api.v1alpha1.TickPolicy;
import dev.meridian.api.v1alpha1.Timers;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.machine.Machine;
import java.util.Optional;

/** Whether a node has the timers that a spec names; libvirt lets some of them pass, and QEMU does not start then. */
final class TimerChecks {
    private record Named(String field, Object value) {}

    private TimerChecks() {}

    /** Libvirt's test driver takes them all: nothing runs there. */
    static Optional<Problem> firstProblem(
            Machine machine, HypervisorType hypervisor, DomainTypeFacts facts, String nodeName) {
        var timers = machine.clock().timers();
        return switch (hypervisor) {
            case Test -> Optional.empty();
            case KVM, QEMU, Auto ->
                ofX86(timers)
                        .filter(_ -> !facts.isX86())
                        .map(timer -> problem(
                                timer,
                                "is for x86, and node %s is %s; leave it out, or choose other nodes with spec.nodeSelector"
                                        .formatted(nodeName, facts.architecture())))
                        .or(() -> ofArm(timers)
                                .filter(_ -> !hasArmTimer(machine, hypervisor, facts))
                                .map(timer -> problem(
                                        timer,
                                        "is for machine type virt under KVM on ARM, and this is %s under %s on node %s, which is %s; leave it out"
                                                .formatted(
                                                        machine.machineType(),
                                                        hypervisor,
                                                        nodeName,
                                                        facts.architecture()))));
        };
    }

    private static Problem problem(Named timer, String why) {
        return new Problem(
                "TimerUnavailable", "spec.clock.timer.%s: %s %s".formatted(timer.field(), timer.value(), why));
    }

    /** That the HPET or the clock of Hyper-V is not there is true of every other architecture. */
    private static Optional<Named> ofX86(Timers timers) {
        if (timers.rtc() != null && timers.rtc().tickPolicy() == TickPolicy.CatchUp) {
            return Optional.of(new Named("rtc.tickPolicy", TickPolicy.CatchUp));
        }
        if (timers.pit() != null && timers.pit().tickPolicy() != null) {
            return Optional.of(new Named("pit.tickPolicy", timers.pit().tickPolicy()));
        }
        if (timers.kvm() != null) {
            return Optional.of(new Named("kvm.present", timers.kvm().present()));
        }
        if (timers.tsc() != null) {
            return Optional.of(new Named("tsc.frequencyHertz", timers.tsc().frequencyHertz()));
        }
        return Optional.ofNullable(timers.hpet())
                .filter(PresenceTimer::present)
                .map(_ -> new Named("hpet.present", true))
                .or(() -> Optional.ofNullable(timers.hyperv())
                        .filter(PresenceTimer::present)
                        .map(_ -> new Named("hyperv.present", true)));
    }

    private static Optional<Named> ofArm(Timers timers) {
        return Optional.ofNullable(timers.armvtimer())
                .map(ArmvTimer::tickPolicy)
                .map(policy -> new Named("armvtimer.tickPolicy", policy));
    }

    private static boolean hasArmTimer(Machine machine, HypervisorType hypervisor, DomainTypeFacts facts) {
        var type = machine.machineType();
        return hypervisor == HypervisorType.KVM && facts.isArm() && (type.equals("virt") || type.startsWith("virt-"));
    }
}
