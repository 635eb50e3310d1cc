package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A bridge or an interface of the node, opened to namespaces. */
public record OpenedLink(
        @JsonPropertyDescription("Its name on the node.")
        @Required
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
        @Size(max = 15)
        String name,

        @JsonPropertyDescription("The namespaces whose networks may use it.") @Required
        NamespaceChoice namespaces) {}
