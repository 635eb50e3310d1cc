package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The pod by which kube-scheduler holds room for the machine. Written by the controller only. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Reservation(
        @JsonPropertyDescription("Absent while the machine holds no room.") @Size(max = 253) @Nullable
        String podName,

        @Size(max = 63) @Nullable String podUID,

        @JsonPropertyDescription("The node to which the pod is bound.") @Size(max = 253) @Nullable
        String nodeName,

        @JsonPropertyDescription("Counts the machine's reservations; only grows.") @Required
        Long attempt,

        @JsonProperty("class")
        @JsonPropertyDescription("The machine's class by which the pod was made, as it was then.")
        @Nullable
        ReservationClass machineClass) {}
