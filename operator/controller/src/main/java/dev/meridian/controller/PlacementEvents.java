package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.status.EventReporter;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controller's Events. They are notes: a lost one changes nothing. */
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
        write(vm, "Placing", told);
    }

    /** @param action what was being done about the object, in one word */
    void write(HasMetadata object, String action, MachineEvent told) {
        var event = reporter.event(object, action, told, clock.instant());
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("namespace", object.getMetadata().getNamespace())
                    .addKeyValue("name", object.getMetadata().getName())
                    .log("An Event was not recorded");
        }
    }
}
