package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The emulated board. */
public record Machine(
        @JsonPropertyDescription("Machine type as libvirt names it (virsh capabilities): q35, pc, pc-q35-7.2, ...")
        @Default("q35")
        @Pattern("^[a-z0-9][a-z0-9._-]*$")
        @Size(max = 63)
        @Nullable
        String type) {}
