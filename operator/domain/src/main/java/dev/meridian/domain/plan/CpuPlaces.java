package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.machine.CpuShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.xml.CpuPins;
import java.util.List;
import java.util.Optional;

/**
 * On which CPUs of its node a guest runs. Where kubelet gives pods CPUs of their own, every other guest stays away from
 * them: its hypervisor's process is in no pod, and kubelet knows nothing of it.
 */
final class CpuPlaces {
    private CpuPlaces() {}

    /** What a start waits for of CPUs that are to be the guest's own. */
    static Optional<Step> next(Situation s, String pod) {
        var cpus = s.cpus();
        if (!s.machine().cpu().dedicated()) {
            return Optional.empty();
        }
        if (cpus.own().size() >= s.machine().cpu().vcpus()) {
            return NumaPlaces.problem(s).map(problem -> Step.Refuse.of(s.now(), problem));
        }
        if (!cpus.shared().isEmpty() && !cpus.settled()) {
            return Optional.of(new Step.Hold(
                    "WaitingForReservation", "reservation pod %s: its CPUs are awaited from kubelet".formatted(pod)));
        }
        return Optional.of(Step.Refuse.of(
                s.now(),
                "CpusNotDedicated",
                "spec.cpu.dedicatedCpuPlacement: kubelet of node %s gives reservation pod %s no CPUs of its own%s, choose other nodes with spec.nodeSelector, or leave it out"
                        .formatted(
                                s.host().nodeName(),
                                pod,
                                cpus.shared().isEmpty()
                                        ? "; set its cpuManagerPolicy to static"
                                        : ", although its cpuManagerPolicy is static; look at its log")));
    }

    /** Empty where kubelet leaves all to all. */
    static List<Integer> atStart(Situation s) {
        var cpus = isTest(s) ? List.<Integer>of() : of(s, s.machine().cpu());
        return NumaPlaces.isOfHost(s) ? s.host().numa().byNode(cpus) : cpus;
    }

    /** The step that brings the running guest where it belongs by now. */
    static Optional<Step> moved(Situation s, MachineDocument document) {
        var cpu = Machine.of(s.machine().identity(), document.applied()).cpu();
        var now = document.vcpuNodes().isEmpty()
                ? of(s, cpu)
                : NumaPlaces.now(s, document).orElse(List.of());
        if (now.isEmpty()
                || document.hypervisor() == HypervisorType.Test
                || now.equals(document.cpus())
                || (cpu.dedicated() && now.size() < cpu.vcpus())) {
            return Optional.empty();
        }
        var after = document.withCpus(now).withDefinition(null);
        return Optional.of(new Step.PinCpus(CpuPins.of(cpu, after), s.definition(after), after));
    }

    /** Nothing runs there. */
    private static boolean isTest(Situation s) {
        return s.host().resolve(s.machine().hypervisor()).equals(Optional.of(HypervisorType.Test));
    }

    private static List<Integer> of(Situation s, CpuShape cpu) {
        return cpu.dedicated() ? s.cpus().own() : s.cpus().shared();
    }
}
