package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the network's own DNS server says. */
public record NetworkDns(
        @JsonPropertyDescription("Servers that are asked about other names; left out, the node's.")
        @Size(max = 4)
        @Nullable
        List<@Size(max = 45) @Pattern("^[0-9a-fA-F:.]+$") String> servers,

        @JsonPropertyDescription("The domain of guests' names.")
        @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$")
        @Size(max = 253)
        @Nullable
        String domain) {}
