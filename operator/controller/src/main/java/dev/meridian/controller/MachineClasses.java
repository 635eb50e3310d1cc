package dev.meridian.controller;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineClass;
import dev.meridian.domain.placement.ClassChoice;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The classes that machines name. */
final class MachineClasses {
    private static final String BY_CLASS = "classes";

    private @Nullable InformerEventSource<VirtualMachineClass, VirtualMachine> classes;

    /** Wakes the machines that name a class. */
    EventSource<?, VirtualMachine> prepare(EventSourceContext<VirtualMachine> context) {
        IndexerResourceCache<VirtualMachine> machines = context.getPrimaryCache();
        machines.addIndexer(BY_CLASS, MachineClasses::name);
        classes = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(VirtualMachineClass.class, VirtualMachine.class)
                        .withName(BY_CLASS)
                        .withSecondaryToPrimaryMapper(named ->
                                machines.byIndex(BY_CLASS, named.getMetadata().getName()).stream()
                                        .map(ResourceID::fromResource)
                                        .collect(Collectors.toSet()))
                        .build(),
                context);
        return classes;
    }

    ClassChoice of(VirtualMachine vm) {
        var known = Objects.requireNonNull(classes, "event sources are prepared before anything is reconciled");
        return ClassChoice.of(vm, name -> known.get(new ResourceID(name)));
    }

    private static List<String> name(VirtualMachine vm) {
        var name = vm.getSpec().className();
        return name == null ? List.of() : List.of(name);
    }
}
