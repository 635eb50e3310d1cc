package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where an image comes from; a changed source is another content for machines that start from then on. */
@ValidationRule(
        value = "[has(self.http), has(self.oci), has(self.hostPath)].exists_one(given, given)",
        messageExpression = "'spec: %d sources; give exactly one of http, oci and hostPath'"
                + ".format([[has(self.http), has(self.oci), has(self.hostPath)].filter(given, given).size()])")
public record VirtualMachineImageSpec(
        @JsonPropertyDescription("A file on an HTTP server.") @Nullable
        HttpImage http,

        @JsonPropertyDescription("An image in an OCI registry.") @Nullable
        OciImage oci,

        @JsonPropertyDescription("A file on the node, in a directory that a HypervisorPolicy opens to the namespace.")
        @Nullable
        HostPath hostPath,

        @JsonPropertyDescription("What the file is; a file that is something else is refused.")
        @Default("qcow2")
        @Nullable
        ImageFormat format) {}
