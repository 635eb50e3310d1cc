package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A condition as Kubernetes has them (metav1.Condition). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @Required @Pattern("^[A-Za-z][A-Za-z0-9]*$") @Size(max = 316)
        String type,

        @Required ConditionStatus status,

        @Required @Pattern("^[A-Za-z][A-Za-z0-9]*$") @Size(min = 1, max = 1024)
        String reason,

        @Required @Size(max = 32768) String message,

        @JsonPropertyDescription("When status last changed.") @Required @Size(max = 40)
        String lastTransitionTime,

        @Nullable Long observedGeneration) {}
