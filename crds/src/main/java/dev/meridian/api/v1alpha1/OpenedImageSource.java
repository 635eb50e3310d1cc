package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Servers of images that are opened to namespaces, though their addresses are closed to tenants otherwise. */
@ValidationRule(
        value = "has(self.hosts) || has(self.cidrs)",
        messageExpression = "'imageSources: ' + self.name + ' opens no server; give hosts, cidrs, or both'")
@ValidationRule(
        value = "!has(self.cidrs) || self.cidrs.all(c, isCIDR(c))",
        messageExpression = "'imageSources.cidrs: ' + self.cidrs.filter(c, !isCIDR(c))[0]"
                + " + ' is no range of addresses; write it as 10.1.0.0/16'")
public record OpenedImageSource(
        @Required @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$") @Size(max = 63)
        String name,

        @JsonPropertyDescription("Names of servers, as they stand in an image's source; *. is any name below.")
        @Size(max = 64)
        @Nullable
        List<@Pattern("^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$") @Size(max = 253) String> hosts,

        @JsonPropertyDescription("Addresses of servers, as 10.1.0.0/16 or fd00::/8.") @Size(max = 64) @Nullable
        List<@Size(max = 43) String> cidrs,

        @JsonPropertyDescription("The namespaces whose images may come from there.") @Required
        NamespaceChoice namespaces) {}
