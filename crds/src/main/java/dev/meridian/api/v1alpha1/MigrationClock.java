package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What the clock of the node was to which the machine goes, for the other node to compare with its own. */
public record MigrationClock(
        @JsonPropertyDescription("The sourceClock that it answers.") @Required @Size(max = 40)
        String asked,

        @JsonPropertyDescription("When it heard that, by its own clock.") @Required @Size(max = 40)
        String heardAt,

        @JsonPropertyDescription("When it wrote this, by its own clock.") @Required @Size(max = 40)
        String answeredAt) {}
