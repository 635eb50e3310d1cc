package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.plan.Step;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the agent's part of a machine's status, by server-side apply and only when it differs. */
final class StatusWriter {
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Meridian.AGENT)
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final EffectWatch watch;

    StatusWriter(KubernetesClient client, EffectWatch watch) {
        this.client = client;
        this.watch = watch;
    }

    /**
     * The object as the API server answered.
     *
     * @param step that the status tells of
     */
    VirtualMachine write(VirtualMachine vm, VirtualMachineStatus status, Step step) {
        watch.before(StepRunner.name(step));
        var answer = write(vm, status);
        watch.after(StepRunner.name(step));
        return answer;
    }

    private VirtualMachine write(VirtualMachine vm, VirtualMachineStatus status) {
        var patch = new VirtualMachine();
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(vm.getMetadata().getNamespace())
                .withName(vm.getMetadata().getName())
                .withUid(vm.getMetadata().getUid())
                .build());
        patch.setStatus(status);
        return client.resources(VirtualMachine.class)
                .inNamespace(vm.getMetadata().getNamespace())
                .withName(vm.getMetadata().getName())
                .subresource("status")
                .patch(APPLY, patch);
    }

    /** Whether the object already says, in all fields that the agent writes, what {@code wanted} says. */
    static boolean says(VirtualMachineStatus now, VirtualMachineStatus wanted) {
        Set<String> ours = wanted.conditions().stream().map(Condition::type).collect(Collectors.toSet());
        return Objects.equals(now.observedGeneration(), wanted.observedGeneration())
                && Objects.equals(now.printableStatus(), wanted.printableStatus())
                && Objects.equals(now.power(), wanted.power())
                && Objects.equals(now.domain(), wanted.domain())
                && Objects.equals(now.handover(), wanted.handover())
                && Objects.equals(now.clock(), wanted.clock())
                && now.interfaces().equals(wanted.interfaces())
                && now.disks().equals(wanted.disks())
                && Objects.equals(now.providerID(), wanted.providerID())
                && Objects.equals(now.guest(), wanted.guest())
                && sameConditions(now.conditions(), wanted.conditions(), ours);
    }

    private static boolean sameConditions(List<Condition> now, List<Condition> wanted, Set<String> ours) {
        var mine = now.stream().filter(c -> ours.contains(c.type())).collect(Collectors.toSet());
        return mine.equals(Set.copyOf(wanted));
    }
}
