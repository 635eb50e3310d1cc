package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.placement.ReservedPod;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events that say why a machine has no place. They are notes: a lost one changes nothing. */
final class PlacementEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementEvents.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int MAX_NOTE = 1024;

    private final KubernetesClient client;
    private final String identity;
    private final InstantSource clock;

    PlacementEvents(KubernetesClient client, String identity, InstantSource clock) {
        this.client = client;
        this.identity = identity;
        this.clock = clock;
    }

    void warn(VirtualMachine vm, ReservedPod.Refusal refusal) {
        var note = refusal.message();
        var event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(vm.getMetadata().getNamespace())
                .withName(vm.getMetadata().getName() + "." + Long.toHexString(nanos(clock.instant())))
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                .withReportingController(Meridian.CONTROLLER)
                .withReportingInstance(identity)
                .withType("Warning")
                .withReason(refusal.reason())
                .withAction("Placing")
                .withNote(note.length() > MAX_NOTE ? note.substring(0, MAX_NOTE) : note)
                .withNewRegarding()
                .withApiVersion(vm.getApiVersion())
                .withKind(vm.getKind())
                .withNamespace(vm.getMetadata().getNamespace())
                .withName(vm.getMetadata().getName())
                .withUid(vm.getMetadata().getUid())
                .endRegarding()
                .build();
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

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
    }
}
