package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** How public keys come into a guest. */
public record SshPublicKeyPropagation(
        @JsonPropertyDescription("The guest agent writes them into users' files authorized_keys.") @Required
        GuestAgentUsers qemuGuestAgent) {}
