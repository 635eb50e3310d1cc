package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Namespaces that are being deleted. Kubernetes' namespace controller deletes their pods first and nothing else while
 * one is left; and as a reservation's grace is a day, it looks again after half a day, or when the namespace changes.
 * So the machines are deleted here, and the namespace is told when the last one has left.
 */
final class EndingNamespaces {
    private static final Logger LOG = LoggerFactory.getLogger(EndingNamespaces.class);
    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(Meridian.CONTROLLER)
            .build();

    private final KubernetesClient client;
    private @Nullable InformerEventSource<Namespace, VirtualMachine> namespaces;

    EndingNamespaces(KubernetesClient client) {
        this.client = client;
    }

    /** Wakes the machines of a namespace that is being deleted. */
    EventSource<?, VirtualMachine> prepare(EventSourceContext<VirtualMachine> context) {
        var machines = context.getPrimaryCache();
        namespaces = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Namespace.class, VirtualMachine.class)
                        .withName("namespaces")
                        .withSecondaryToPrimaryMapper(namespace ->
                                namespace.isMarkedForDeletion() ? machines(machines, name(namespace)) : Set.of())
                        .withItemStore(Pruned.ofNamespaces())
                        .build(),
                context);
        return namespaces;
    }

    boolean isEnding(String namespace) {
        return Objects.requireNonNull(namespaces, "event sources are prepared before anything is reconciled")
                .get(new ResourceID(namespace))
                .filter(Namespace::isMarkedForDeletion)
                .isPresent();
    }

    /** A machine is gone; its namespace, if it ends and has no other, is looked at anew by Kubernetes. */
    void left(VirtualMachine vm, Cache<VirtualMachine> machines) {
        var namespace = vm.getMetadata().getNamespace();
        if (!isEnding(namespace) || isInhabited(machines, namespace)) {
            return;
        }
        try {
            // Of an object, not by a name: by that, Fabric8 reads it first.
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .patch(MERGE, patch(vm));
            LOG.atInfo().addKeyValue("namespace", namespace).log("The last machine has left its namespace");
        } catch (KubernetesClientException e) {
            (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND ? LOG.atDebug() : LOG.atWarn())
                    .setCause(e)
                    .addKeyValue("namespace", namespace)
                    .log("The namespace could not be told");
        }
    }

    /** One machine will do: all leave a namespace one by one, and each asks. */
    static boolean isInhabited(Cache<VirtualMachine> machines, String namespace) {
        return machines.keys().anyMatch(id -> isIn(id, namespace));
    }

    private static String patch(VirtualMachine last) {
        return "{\"metadata\":{\"annotations\":{\"" + Meridian.MACHINES_GONE + "\":\""
                + last.getMetadata().getUid() + "\"}}}";
    }

    private static Set<ResourceID> machines(Cache<VirtualMachine> machines, String namespace) {
        return machines.keys().filter(id -> isIn(id, namespace)).collect(Collectors.toSet());
    }

    private static boolean isIn(ResourceID machine, String namespace) {
        return machine.getNamespace().filter(namespace::equals).isPresent();
    }

    private static String name(Namespace namespace) {
        return namespace.getMetadata().getName();
    }
}
