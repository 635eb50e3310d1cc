package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.life.MigrationRoom;
import dev.meridian.domain.machine.Requests;
import dev.meridian.domain.placement.QuotaRoom;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ResourceQuotas of namespaces: what they leave for the second reservations of machines that run. */
final class Quotas {
    private static final String UNPREPARED = "event sources are prepared before anything is reconciled";

    private final MachineMigrations migrations;
    private final ToLongFunction<VirtualMachine> milliCpuPerVcpu;
    private @Nullable InformerEventSource<ResourceQuota, VirtualMachine> quotas;
    private @Nullable ResourceCache<VirtualMachine> machines;
    private @Nullable Reservations reservations;

    /** @param milliCpuPerVcpu of a machine's reservation */
    Quotas(MachineMigrations migrations, ToLongFunction<VirtualMachine> milliCpuPerVcpu) {
        this.migrations = migrations;
        this.milliCpuPerVcpu = milliCpuPerVcpu;
    }

    /** Wakes the machines of which there is something else to say: a quota's use changes with each pod of its namespace. */
    EventSource<?, VirtualMachine> prepare(EventSourceContext<VirtualMachine> context, Reservations rooms) {
        machines = context.getPrimaryCache();
        reservations = rooms;
        quotas = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(ResourceQuota.class, VirtualMachine.class)
                        .withName("quotas")
                        .withWatchAllNamespaces()
                        .withSecondaryToPrimaryMapper(this::concerned)
                        .withItemStore(Pruned.ofQuotas())
                        .build(),
                context);
        return quotas;
    }

    /** Why a migration of the machine would find no room; empty where it would. */
    Optional<String> refusal(VirtualMachine vm) {
        return runs(vm) ? refusal(vm, left(vm.getMetadata().getNamespace())) : Optional.empty();
    }

    /** Quotas of a namespace, and what its pods hold for a while. */
    private record Left(List<ResourceQuota> quotas, List<Map<String, Quantity>> passing) {}

    private Left left(String namespace) {
        var known = Objects.requireNonNull(quotas, UNPREPARED)
                .list(namespace, _ -> true)
                .toList();
        return new Left(
                known,
                known.isEmpty()
                        ? List.of()
                        : Objects.requireNonNull(reservations, UNPREPARED)
                                .moving(namespace, migrations.underWay(namespace)));
    }

    private Optional<String> refusal(VirtualMachine vm, Left left) {
        return left.quotas().isEmpty()
                ? Optional.empty()
                : QuotaRoom.refusal(
                        left.quotas(),
                        Requests.of(vm.getSpec(), milliCpuPerVcpu.applyAsLong(vm))
                                .quantities(),
                        vm.getSpec().priorityClassName(),
                        left.passing());
    }

    private Set<ResourceID> concerned(ResourceQuota quota) {
        var namespace = quota.getMetadata().getNamespace();
        var left = left(namespace);
        return Objects.requireNonNull(machines, UNPREPARED)
                .list(namespace, Quotas::runs)
                .filter(vm -> refusal(vm, left).isPresent()
                        != MigrationRoom.refusal(vm.getStatus().conditions()).isPresent())
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    private static boolean runs(VirtualMachine vm) {
        return Optional.ofNullable(vm.getStatus())
                .map(VirtualMachineStatus::power)
                .map(Power::state)
                .filter(state -> state != PowerState.Off)
                .isPresent();
    }
}
