package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How a node that is not heard of is powered off, and seen to be off. */
@ValidationRule(
        value = "has(self.redfish) != has(self.job)",
        message = "spec.fencing: give one of redfish and job, which says how the node is powered off")
public record FencingSpec(
        @JsonPropertyDescription(
                "For how long the agent's Lease must have been expired and the Node not ready before it is done.")
        @Default("60")
        @Min(5)
        @Max(86400)
        @Nullable
        Integer afterSeconds,

        @JsonPropertyDescription("By the node's management controller.") @Nullable
        RedfishFence redfish,

        @JsonPropertyDescription("By a Job.") @Nullable JobFence job) {}
