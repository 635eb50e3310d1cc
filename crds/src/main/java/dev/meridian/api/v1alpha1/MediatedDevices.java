package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Mediated devices by what they are. */
public record MediatedDevices(
        @JsonPropertyDescription("Type, as nvidia-222.")
        @Required
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
        @Size(max = 128)
        String type) {}
