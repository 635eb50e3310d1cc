package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A Job that completes when the node is off. */
public record JobFence(
        @JsonPropertyDescription("CronJob in meridian-system, suspended, from whose template the Job is made.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
        @Size(max = 52)
        String cronJobName) {}
