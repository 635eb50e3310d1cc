package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A kernel on the node that is started without a boot loader. */
public record KernelBoot(
        @Required KernelFile kernel,
        @Nullable KernelFile initrd,

        @JsonPropertyDescription("The kernel's command line: printable ASCII.")
        @Pattern("^[ -~]*$")
        @Size(max = 2047)
        @Nullable
        String arguments) {}
