package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A disk in a claim: the raw file disk.img of its file system, or its block device. kubelet brings it to the node. */
public record PersistentVolumeClaimDisk(
        @JsonPropertyDescription("A PersistentVolumeClaim of the machine's namespace.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
        @Size(max = 253)
        String claimName) {}
