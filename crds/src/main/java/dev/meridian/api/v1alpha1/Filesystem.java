package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A directory that the guest shares by virtiofs. */
public record Filesystem(
        @JsonPropertyDescription("The tag by which the guest mounts it: mount -t virtiofs NAME DIRECTORY.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
        @Size(max = 36)
        String name,

        @JsonPropertyDescription("The file system of a claim, as a whole.") @Required
        PersistentVolumeClaimFilesystem persistentVolumeClaim) {}
