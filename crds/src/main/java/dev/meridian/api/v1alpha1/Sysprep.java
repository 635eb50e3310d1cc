package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What Windows finds when it is set up: a CD with the files of a ConfigMap or Secret, one of them
 * {@code autounattend.xml} or {@code unattend.xml}. A change is read at the machine's next start.
 */
@ValidationRule(
        value = "has(self.configMap) != has(self.secret)",
        message = "spec.sysprep: give one of configMap and secret")
public record Sysprep(
        @JsonPropertyDescription("A ConfigMap of the machine's namespace.") @Nullable
        ConfigMapRef configMap,

        @JsonPropertyDescription("A Secret of the machine's namespace.") @Nullable
        SecretRef secret) {}
