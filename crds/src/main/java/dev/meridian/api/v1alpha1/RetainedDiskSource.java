package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A disk that its node retained of a deleted machine. */
public record RetainedDiskSource(
        @JsonPropertyDescription(
                "Its name in status.retainedDisks of the node's Hypervisor; of the machine's namespace.")
        @Required
        @Pattern(NAME)
        @Size(max = LONGEST)
        String name) {
    public static final String NAME = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";
    public static final int LONGEST = 150;
}
