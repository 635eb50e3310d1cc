package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Addresses, opened to namespaces. */
public record OpenedSubnet(
        @JsonPropertyDescription("The addresses, IPv4 or IPv6, as a network.")
        @Required
        @Size(max = 43)
        @ValidationRule(
                value = "isCIDR(self) && cidr(self) == cidr(self).masked()",
                messageExpression = "'subnets.cidr: ' + self + ' is no network; give one like 10.20.0.0/16'")
        String cidr,

        @JsonPropertyDescription("The namespaces whose networks may have it, or a part of it.") @Required
        NamespaceChoice namespaces) {}
