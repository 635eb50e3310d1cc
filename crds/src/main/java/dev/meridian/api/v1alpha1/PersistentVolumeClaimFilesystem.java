package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A claim whose file system the guest shares; kubelet brings it to the node. */
public record PersistentVolumeClaimFilesystem(
        @JsonPropertyDescription("A PersistentVolumeClaim of the machine's namespace, of volumeMode Filesystem.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
        @Size(max = 253)
        String claimName) {}
