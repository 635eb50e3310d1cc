package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** What objects have in common that are made for a machine and go with it. */
final class Belongings {
    /** Of an object that has its name in a label as well. */
    private static final int LONGEST_NAME = 63;

    private Belongings() {}

    /** The machine's name, as much of it as there is room for, and the suffix. */
    static String name(VirtualMachine vm, String suffix) {
        var name = vm.getMetadata().getName();
        return name.substring(0, Math.min(name.length(), LONGEST_NAME - suffix.length())) + suffix;
    }

    static OwnerReference owner(VirtualMachine vm) {
        return new OwnerReferenceBuilder()
                .withApiVersion(vm.getApiVersion())
                .withKind(vm.getKind())
                .withName(vm.getMetadata().getName())
                .withUid(vm.getMetadata().getUid())
                .withController(true)
                .build();
    }
}
