package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What Ignition in the guest (Fedora CoreOS, Flatcar) finds in QEMU's firmware configuration. A change is read at the
 * machine's next start.
 */
@ValidationRule(
        value = "has(self.config) != has(self.configSecretRef)",
        message = "spec.ignition: give one of config and configSecretRef")
public record Ignition(
        @JsonPropertyDescription("A configuration in JSON, as Butane makes it.")
        @Size(max = CloudInit.MOST_INLINE)
        @Nullable
        String config,

        @JsonPropertyDescription("A configuration in a Secret of the machine's namespace, up to 1 MiB.") @Nullable
        SecretKeyRef configSecretRef) {}
