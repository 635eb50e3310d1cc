package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A directory of the node, opened to namespaces. */
public record OpenedHostPath(
        @JsonPropertyDescription("Absolute path of a directory that only root can change.")
        @Required
        @Pattern("^(/[A-Za-z0-9._@:=+~-]+)+$")
        @Size(max = 1024)
        @ValidationRule(
                value = "!(self + '/').contains('/../') && !(self + '/').contains('/./')",
                messageExpression = "'hostPaths.path: ' + self + ' holds . or ..; give the path without them'")
        String path,

        @JsonPropertyDescription("The namespaces whose machines may use it.") @Required
        NamespaceChoice namespaces,

        @JsonPropertyDescription("Machines may read the files, not write them.") @Default("false") @Nullable
        Boolean readOnly) {}
