package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** An interface of the nodes that guests share with them, which a HypervisorPolicy opens. */
public record MacvtapNetwork(
        @JsonPropertyDescription("The interface's name on the nodes.")
        @Required
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
        @Size(max = 15)
        String device,

        @JsonPropertyDescription("How guests on one device reach each other.") @Default("Bridge") @Nullable
        MacvtapMode mode) {}
