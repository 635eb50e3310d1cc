package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A storage pool of the node's libvirt, opened to namespaces. */
public record OpenedPool(
        @JsonPropertyDescription("Its name on the node.")
        @Required
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
        @Size(max = 63)
        String name,

        @JsonPropertyDescription("The namespaces whose machines may use its volumes, all of them.") @Required
        NamespaceChoice namespaces,

        @JsonPropertyDescription("Machines may read the volumes, not write them.") @Default("false") @Nullable
        Boolean readOnly) {}
