package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** IPv6 on a network; guests make their addresses themselves, from what the node announces. */
public record Ipv6Network(
        @JsonPropertyDescription(
                "The prefix, which a HypervisorPolicy opens; left out, one of fd00::/8 derived from the"
                        + " network's uid.")
        @Size(max = 43)
        @ValidationRule(
                value = "isCIDR(self) && cidr(self) == cidr(self).masked() && cidr(self).ip().family() == 6"
                        + " && cidr(self).prefixLength() == 64",
                messageExpression = "'ipv6.cidr: ' + self + ' is no prefix; give one of 64 bits, like fd00:1:2:3::/64'")
        @Nullable
        String cidr) {}
