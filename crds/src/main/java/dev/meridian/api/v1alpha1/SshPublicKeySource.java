package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Where public keys are. */
public record SshPublicKeySource(
        @JsonPropertyDescription(
                "A Secret each key of which holds lines as a file authorized_keys has them. The guest has its changes"
                        + " within minutes.")
        @Required
        AccessCredentialSecret secret) {}
