package dev.meridian.domain.status;

import dev.meridian.domain.status.MachineEvents.MachineEvent;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;

/**
 * Who reports Events.
 *
 * @param instance which one of them; the API server takes 128 bytes, what is longer loses its end
 */
public record EventReporter(String controller, String instance) {
    private static final int LONGEST_INSTANCE = 128;

    /** Where events.k8s.io wants what is told of objects without a namespace. */
    private static final String CLUSTER = "default";

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    public EventReporter {
        instance = instance.substring(0, Math.min(instance.length(), LONGEST_INSTANCE));
    }

    /** @param action what was being done about the object, in one word */
    public Event event(HasMetadata object, String action, MachineEvent event, Instant now) {
        var metadata = object.getMetadata();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(Objects.requireNonNullElse(metadata.getNamespace(), CLUSTER))
                .withName(
                        "%s.%016x".formatted(metadata.getName(), now.getEpochSecond() * 1_000_000_000 + now.getNano()))
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(now)))
                .withReportingController(controller)
                .withReportingInstance(instance)
                .withType(event.warning() ? "Warning" : "Normal")
                .withReason(event.reason())
                .withAction(action)
                .withNote(new EventNote(event.message()).text())
                .withNewRegarding()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .endRegarding()
                .build();
    }
}
