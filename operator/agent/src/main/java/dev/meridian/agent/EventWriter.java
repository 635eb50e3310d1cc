package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.status.EventReporter;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes Events about machines and images, apart from what matters more: one that cannot be written is logged. */
final class EventWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);

    private final KubernetesClient client;
    private final EventReporter reporter;
    private final EffectWatch watch;
    private final InstantSource clock;
    private final ExecutorService writer =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("events").factory());

    EventWriter(KubernetesClient client, String nodeName, EffectWatch watch, InstantSource clock) {
        this.client = client;
        this.reporter = new EventReporter(Meridian.AGENT, Meridian.AGENT + "-" + nodeName);
        this.watch = watch;
        this.clock = clock;
    }

    void write(HasMetadata object, MachineEvent event) {
        var built = reporter.event(object, event.reason(), event, clock.instant());
        writer.execute(() -> {
            try {
                watch.around("Event", client.resource(built)::create);
            } catch (KubernetesClientException e) {
                LOG.atLevel(isOfAnEndingNamespace(e) ? Level.DEBUG : Level.WARN)
                        .addKeyValue("namespace", object.getMetadata().getNamespace())
                        .addKeyValue("name", object.getMetadata().getName())
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

    @Override
    public void close() {
        writer.shutdown();
    }
}
