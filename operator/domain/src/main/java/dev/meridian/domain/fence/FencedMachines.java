package dev.meridian.domain.fence;

import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import java.util.Optional;

/** Which machines of a node its death would help. */
public final class FencedMachines {
    private FencedMachines() {}

    /**
     * It can be let go; or its guest may run there or is to, and neither state of its own nor its spec's nodeName keeps it
     * from going on elsewhere.
     */
    public static boolean gains(VirtualMachine vm) {
        if (vm.isMarkedForDeletion()) {
            return true;
        }
        var status = vm.getStatus() == null ? VirtualMachineStatus.NONE : vm.getStatus();
        var isKept = Optional.ofNullable(status.domain())
                .filter(FencedMachines::keepsState)
                .isPresent();
        var isPinned = status.nodeName() != null
                && status.nodeName().equals(vm.getSpec().nodeName());
        return !isKept && !isPinned && (isPerhapsOn(status) || isToRun(vm));
    }

    private static boolean keepsState(DomainStatus domain) {
        return Boolean.TRUE.equals(domain.savedMemory())
                || (domain.localState() != null && !domain.localState().isEmpty());
    }

    private static boolean isPerhapsOn(VirtualMachineStatus status) {
        return Optional.ofNullable(status.power())
                .map(Power::state)
                .filter(state -> state != PowerState.Off)
                .isPresent();
    }

    private static boolean isToRun(VirtualMachine vm) {
        var strategy = vm.getSpec().runStrategy();
        return strategy == null || strategy == RunStrategy.Always;
    }
}
