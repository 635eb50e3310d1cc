package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.status.EventReporter;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events about a machine's place. They are notes: a lost one changes nothing. */
final class PlacementEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementEvents.class);

    private final KubernetesClient client;
    private final EventReporter reporter;
    private final InstantSource clock;

    PlacementEvents(KubernetesClient client, String identity, InstantSource clock) {
        this.client = client;
        this.reporter = new EventReporter(Meridian.CONTROLLER, identity);
        this.clock = clock;
    }

    void write(VirtualMachine vm, MachineEvent told) {
        var event = reporter.event(vm, "Placing", told, clock.instant());
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("namespace", vm.getMetadata().getNamespace())
                    .addKeyValue("name", vm.getMetadata().getName())
                    .log("An Event was not recorded");
        }
    }
}
