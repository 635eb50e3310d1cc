package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What lets somebody into the running guest. */
public record AccessCredential(
        @JsonPropertyDescription("Its name among the machine's.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
        @Size(max = 63)
        String name,

        @JsonPropertyDescription("Public keys with which users log in by ssh.") @Required
        SshPublicKeyAccess sshPublicKey) {}
