package dev.meridian.controller;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.machine.GivenClaim;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.placement.ClaimFacts;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The PersistentVolumeClaims of machines: a pod must say of each whether it is a block device. */
final class Claims {
    private final KubernetesClient client;

    Claims(KubernetesClient client) {
        this.client = client;
    }

    /** Those that are there, by name. */
    Map<String, ClaimFacts> of(VirtualMachine vm) {
        var claims = new TreeMap<String, ClaimFacts>();
        Machine.of(Identity.of(vm.getMetadata()), vm.getSpec()).claims().stream()
                .map(GivenClaim::name)
                .distinct()
                .forEach(name -> find(vm, name).ifPresent(claim -> claims.put(name, facts(claim))));
        return claims;
    }

    private Optional<PersistentVolumeClaim> find(VirtualMachine vm, String name) {
        return Optional.ofNullable(client.persistentVolumeClaims()
                .inNamespace(vm.getMetadata().getNamespace())
                .withName(name)
                .get());
    }

    private static ClaimFacts facts(PersistentVolumeClaim claim) {
        return new ClaimFacts(
                "Block".equals(claim.getSpec().getVolumeMode()),
                modes(claim).contains("ReadWriteMany"),
                capacity(claim)
                        .map(Quantity::getNumericalAmount)
                        .map(Number::longValue)
                        .orElse(0L));
    }

    /** Those of its volume, or those that it asks for while it is unbound. */
    private static List<String> modes(PersistentVolumeClaim claim) {
        return Optional.ofNullable(claim.getStatus())
                .map(status -> status.getAccessModes())
                .filter(modes -> !modes.isEmpty())
                .or(() -> Optional.ofNullable(claim.getSpec().getAccessModes()))
                .orElse(List.of());
    }

    private static Optional<Quantity> capacity(PersistentVolumeClaim claim) {
        return Optional.ofNullable(claim.getStatus())
                .map(status -> status.getCapacity())
                .map(capacity -> capacity.get("storage"))
                .or(() -> Optional.ofNullable(claim.getSpec().getResources())
                        .map(resources -> resources.getRequests())
                        .map(requests -> requests.get("storage")));
    }
}
