package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What a node's name must be, or must not. */
public record NodeFieldRequirement(
        @JsonPropertyDescription("metadata.name: there is no other field.")
        @Required
        @Pattern("^metadata\\.name$")
        @Size(max = 13)
        String key,

        @Required @Pattern("^(In|NotIn)$") @Size(max = 5) String operator,

        @JsonPropertyDescription("One node's name.") @Required @Size(min = 1, max = 1)
        List<@Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$") @Size(max = 253) String> values) {}
