package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A volume of a storage pool of the node's libvirt that a HypervisorPolicy opens to the machine's namespace. */
public record VolumeDisk(
        @JsonPropertyDescription("The pool's name on the node.")
        @Required
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
        @Size(max = 63)
        String pool,

        @JsonPropertyDescription("The volume's name in the pool: letters, digits and . _ @ : = + ~ -")
        @Required
        @Pattern("^[A-Za-z0-9_@:=+~][A-Za-z0-9._@:=+~-]*$")
        @Size(max = 255)
        String name,

        @JsonPropertyDescription(
                "The volume's format, which must be the one that libvirt tells. A block device is raw, and"
                        + " a qcow2 volume may name no other file.")
        @Default("raw")
        @Nullable
        DiskFormat format) {}
