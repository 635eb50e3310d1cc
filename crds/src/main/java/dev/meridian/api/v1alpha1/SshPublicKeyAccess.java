package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Public keys of a Secret for users of the guest, kept in step while it runs. */
public record SshPublicKeyAccess(
        @JsonPropertyDescription("Where the keys are.") @Required
        SshPublicKeySource source,

        @JsonPropertyDescription("How they come into the guest.") @Required
        SshPublicKeyPropagation propagationMethod) {}
