package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The addresses that a network's DHCP server gives away. */
public record DhcpServer(
        @JsonPropertyDescription("Whether there is a DHCP server.") @Default("true") @Nullable
        Boolean enabled,

        @JsonPropertyDescription("The first address; left out, the network's second.")
        @Pattern("^([0-9]{1,3}\\.){3}[0-9]{1,3}$")
        @Size(max = 15)
        @Nullable
        String start,

        @JsonPropertyDescription("The last address; left out, the network's last.")
        @Pattern("^([0-9]{1,3}\\.){3}[0-9]{1,3}$")
        @Size(max = 15)
        @Nullable
        String end) {}
