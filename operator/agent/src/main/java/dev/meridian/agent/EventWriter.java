package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes Events about machines, apart from what matters more: one that cannot be written is logged. */
final class EventWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int NOTE_LIMIT = 1024;

    private final KubernetesClient client;
    private final String nodeName;
    private final InstantSource clock;
    private final ExecutorService writer =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("events").factory());

    EventWriter(KubernetesClient client, String nodeName, InstantSource clock) {
        this.client = client;
        this.nodeName = nodeName;
        this.clock = clock;
    }

    void write(VirtualMachine vm, MachineEvent event) {
        var built = event(vm, event, clock.instant());
        writer.execute(() -> {
            try {
                client.resource(built).create();
            } catch (KubernetesClientException e) {
                LOG.atLevel(isOfAnEndingNamespace(e) ? Level.DEBUG : Level.WARN)
                        .addKeyValue("namespace", vm.getMetadata().getNamespace())
                        .addKeyValue("name", vm.getMetadata().getName())
                        .addKeyValue("reason", event.reason())
                        .log("an Event could not be written: {}", e.getMessage());
            }
        });
    }

    /** Nobody can write there any more, and nobody will read. */
    private static boolean isOfAnEndingNamespace(KubernetesClientException e) {
        return e.getStatus() != null
                && e.getStatus().getDetails() != null
                && e.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
    }

    private Event event(VirtualMachine vm, MachineEvent event, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(vm.getMetadata().getNamespace())
                .withName("%s.%016x"
                        .formatted(vm.getMetadata().getName(), now.getEpochSecond() * 1_000_000_000 + now.getNano()))
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(now)))
                .withReportingController("meridian.dev/agent")
                .withReportingInstance(Meridian.AGENT + "-" + nodeName)
                .withType(event.warning() ? "Warning" : "Normal")
                .withReason(event.reason())
                .withAction(event.reason())
                .withNote(event.message()
                        .substring(0, Math.min(NOTE_LIMIT, event.message().length())))
                .withNewRegarding()
                .withApiVersion(vm.getApiVersion())
                .withKind(vm.getKind())
                .withNamespace(vm.getMetadata().getNamespace())
                .withName(vm.getMetadata().getName())
                .withUid(vm.getMetadata().getUid())
                .endRegarding()
                .build();
    }

    @Override
    public void close() {
        writer.shutdown();
    }
}
