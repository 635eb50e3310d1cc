package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What a domain's metadata held, while a stopped machine moves from node to node. */
public record Handover(
        @JsonPropertyDescription("The node that handed over.") @Required @Size(max = 253)
        String nodeName,

        @JsonPropertyDescription("The metadata document of the domain.") @Required @Size(max = 262144)
        String document) {}
