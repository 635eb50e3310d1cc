package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is seen at one time of the machines of a namespace: their objects, if the API server answers, and their processes. */
record MachinesSeen(Map<String, VirtualMachine> objects, Map<String, Long> processes) {
    boolean isAsWished(FaultedMachine machine) {
        return Optional.ofNullable(objects.get(machine.uid))
                .filter(vm -> vm.getStatus() != null)
                .filter(vm -> Objects.equals(
                        vm.getMetadata().getGeneration(), vm.getStatus().observedGeneration()))
                .flatMap(vm -> Machines.condition(vm, "Ready"))
                .filter(ready -> ready.status().name().equals("True"))
                .filter(ready -> machine.isAsWished(ready.reason(), processes.containsKey(machine.uid)))
                .isPresent();
    }

    Optional<Instant> nextStartAt(FaultedMachine machine) {
        return Optional.ofNullable(objects.get(machine.uid))
                .map(VirtualMachine::getStatus)
                .map(VirtualMachineStatus::power)
                .map(Power::nextStartAt)
                .map(Instant::parse);
    }

    String describe(FaultedMachine machine) {
        return "%s, should run: %s, process: %s, status: %s"
                .formatted(
                        machine.name,
                        machine.shouldRun(),
                        processes.get(machine.uid),
                        Optional.ofNullable(objects.get(machine.uid)).map(VirtualMachine::getStatus));
    }

    static MachinesSeen now(Machines machines) {
        var objects = objects(machines).stream()
                .collect(Collectors.toMap(vm -> vm.getMetadata().getUid(), vm -> vm));
        return new MachinesSeen(objects, HypervisorProcesses.byUid());
    }

    private static List<VirtualMachine> objects(Machines machines) {
        try {
            return machines.client
                    .resources(VirtualMachine.class)
                    .inNamespace(machines.namespace)
                    .list()
                    .getItems();
        } catch (KubernetesClientException _) { // the API server is away: nothing is seen
            return List.of();
        }
    }
}
