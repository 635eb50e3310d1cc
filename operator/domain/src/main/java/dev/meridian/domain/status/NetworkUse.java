package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.Interface;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.status.Conditions.Decided;
import java.util.List;
import java.util.Objects;

/** Which machines a network is held for, in the words of its conditions. */
public final class NetworkUse {
    private static final int NAMED = 20;

    private NetworkUse() {}

    /** Names of the machines whose spec names the network. */
    public static List<String> users(String network, List<VirtualMachine> machines) {
        return machines.stream()
                .filter(vm -> Objects.requireNonNullElse(vm.getSpec().interfaces(), List.<Interface>of()).stream()
                        .anyMatch(nic ->
                                nic.network() != null && nic.network().name().equals(network)))
                .map(vm -> vm.getMetadata().getName())
                .sorted()
                .toList();
    }

    public static List<Decided> ofNone() {
        return List.of(
                new Decided("Ready", ConditionStatus.True, "Ready", "made on each node that starts a machine on it"),
                new Decided("InUse", ConditionStatus.False, "NotDeleted", ""));
    }

    /** Of a network that is being deleted. */
    public static List<Decided> of(List<String> users) {
        var names = String.join(", ", users.stream().limit(NAMED).toList())
                + (users.size() > NAMED ? " and %d more".formatted(users.size() - NAMED) : "");
        var message = "deleted, and named by %s; delete them, or take it from their spec.interfaces".formatted(names);
        return List.of(
                new Decided("Ready", ConditionStatus.False, "InUse", message),
                new Decided("InUse", ConditionStatus.True, "NamedByMachines", message));
    }
}
