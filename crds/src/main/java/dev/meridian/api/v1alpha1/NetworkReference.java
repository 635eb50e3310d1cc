package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A VirtualMachineNetwork of the machine's namespace. */
public record NetworkReference(
        @Required @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$") @Size(max = 63)
        String name) {}
