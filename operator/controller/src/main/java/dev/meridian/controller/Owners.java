package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Set;
import java.util.stream.Collectors;

/** Whose an object is. */
final class Owners {
    private Owners() {}

    /** The machines that own it. */
    static Set<ResourceID> machines(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(Owners::isMachine)
                .map(owner ->
                        new ResourceID(owner.getName(), object.getMetadata().getNamespace()))
                .collect(Collectors.toSet());
    }

    private static boolean isMachine(OwnerReference owner) {
        return owner.getKind().equals("VirtualMachine") && owner.getApiVersion().startsWith(Meridian.GROUP + "/");
    }
}
