package dev.meridian.agent;

import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Pod as far as a reservation goes. Fabric8's own has some 600 classes below it, which cost every node 30 MiB.
 */
@JsonDeserialize(using = JsonDeserializer.None.class) // not by its kind, which is how it got here
@Version("v1")
@Group("")
@Kind("Pod")
public final class BoundPod implements HasMetadata, Namespaced {
    private ObjectMeta metadata = new ObjectMeta();
    private Spec spec = new Spec(List.of());
    private Status status = new Status(null, null, List.of());

    /** PodSpec. */
    public record Spec(List<Container> containers) {
        public Spec {
            containers = containers == null ? List.of() : List.copyOf(containers);
        }
    }

    /** Container. */
    public record Container(@Nullable Resources resources) {}

    /** ResourceRequirements. */
    public record Resources(@Nullable Map<String, Quantity> requests) {}

    /** PodStatus. */
    public record Status(@Nullable String phase, @Nullable String message, List<Condition> conditions) {
        public Status {
            conditions = conditions == null ? List.of() : List.copyOf(conditions);
        }
    }

    /** PodCondition. */
    public record Condition(
            String type,
            String status,
            @Nullable String reason,
            @Nullable String message) {}

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    @Override
    public void setMetadata(ObjectMeta metadata) {
        this.metadata = metadata;
    }

    @Override
    public void setApiVersion(String version) {
        // The class says it.
    }

    public Spec getSpec() {
        return spec;
    }

    public void setSpec(Spec spec) {
        this.spec = spec;
    }

    public Status getStatus() {
        return status;
    }

    public void setStatus(Status status) {
        this.status = status;
    }
}
