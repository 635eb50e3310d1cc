package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A network of the node's own, whose packets the node routes as they are. */
public record RoutedNetwork(
        @JsonPropertyDescription("The network, which a HypervisorPolicy opens.")
        @Required
        @Pattern("^([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}$")
        @Size(max = 18)
        @ValidationRule(
                value = "isCIDR(self) && cidr(self) == cidr(self).masked() && cidr(self).prefixLength() >= 8"
                        + " && cidr(self).prefixLength() <= 29",
                messageExpression = "'cidr: ' + self + ' is no network; give one like 10.20.30.0/24, of 8 to 29 bits'")
        String cidr,

        @JsonPropertyDescription("IPv6; left out, there is none.") @Nullable
        Ipv6Network ipv6,

        @JsonPropertyDescription("The DHCP server; left out, it gives all addresses away.") @Nullable
        DhcpServer dhcp) {}
