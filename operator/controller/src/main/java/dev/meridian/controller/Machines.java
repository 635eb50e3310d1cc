package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;

/** The controller's writes to machines: finalizer and status, never spec. */
final class Machines {
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Meridian.CONTROLLER)
            .withForce(true)
            .build();
    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(Meridian.CONTROLLER)
            .build();

    private final KubernetesClient client;

    Machines(KubernetesClient client) {
        this.client = client;
    }

    /** The object of that uid; a later one of the same name is another machine. */
    VirtualMachine addFinalizer(VirtualMachine vm) {
        var metadata = AppliedObject.identity(vm);
        metadata.put("finalizers", List.of(Meridian.FINALIZER));
        return resource(vm).patch(APPLY, json(AppliedObject.document(vm, metadata)));
    }

    /** Refused with a conflict unless the object is the very version that was looked at. */
    VirtualMachine removeFinalizer(VirtualMachine vm) {
        var left = vm.getMetadata().getFinalizers().stream()
                .filter(finalizer -> !finalizer.equals(Meridian.FINALIZER))
                .toList();
        var metadata = AppliedObject.identity(vm);
        metadata.put("resourceVersion", vm.getMetadata().getResourceVersion());
        metadata.put("finalizers", left);
        return resource(vm).patch(MERGE, json(Map.of("metadata", metadata)));
    }

    /** Refused with a conflict unless the object is the very version that was looked at. */
    VirtualMachine applyStatus(VirtualMachine vm, VirtualMachineStatus status) {
        var metadata = AppliedObject.identity(vm);
        metadata.put("resourceVersion", vm.getMetadata().getResourceVersion());
        var document = AppliedObject.document(vm, metadata);
        document.put("status", status);
        return resource(vm).subresource("status").patch(APPLY, json(document));
    }

    /** The object of that uid; a later one of the same name is another machine. */
    void delete(VirtualMachine vm) {
        client.raw(
                "/apis/%s/namespaces/%s/virtualmachines/%s"
                        .formatted(
                                vm.getApiVersion(),
                                vm.getMetadata().getNamespace(),
                                vm.getMetadata().getName()),
                "DELETE",
                Map.of("preconditions", Map.of("uid", vm.getMetadata().getUid())));
    }

    VirtualMachine get(VirtualMachine vm) {
        return resource(vm).get();
    }

    /** Of the object at hand: Fabric8 asks the API server for one before a patch otherwise. */
    private Resource<VirtualMachine> resource(VirtualMachine vm) {
        return client.resource(vm);
    }

    private String json(Map<String, Object> document) {
        return client.getKubernetesSerialization().asJson(document);
    }
}
