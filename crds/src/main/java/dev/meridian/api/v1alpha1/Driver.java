package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A libvirt driver on a node. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Driver(
        @Required @Size(max = 253) String uri,
        @Size(max = 31) @Nullable String libvirtVersion,
        @Size(max = 31) @Nullable String hypervisorVersion,

        @JsonPropertyDescription("Domain types that the driver offers.")
        List<DomainType> types) {
    public Driver {
        types = types == null ? List.of() : List.copyOf(types);
    }
}
