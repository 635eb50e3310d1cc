package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A disk's file on the node, in a directory that a HypervisorPolicy opens to the machine's namespace. */
public record HostPathDisk(
        @JsonPropertyDescription("Absolute path: letters, digits and . _ @ : = + ~ -")
        @Required
        @Pattern("^(/[A-Za-z0-9._@:=+~-]+)+$")
        @Size(max = 1024)
        @ValidationRule(
                value = "!(self + '/').contains('/../') && !(self + '/').contains('/./')",
                messageExpression = "'hostPath.path: ' + self + ' holds . or ..; give the path without them'")
        String path,

        @JsonPropertyDescription("The file's format; it is never probed. A qcow2 file may name no other file.")
        @Default("raw")
        @Nullable
        DiskFormat format) {}
