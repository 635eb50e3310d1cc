package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** USB devices by what they are. */
public record UsbDevices(
        @JsonPropertyDescription("Vendor in four hexadecimal digits, as lsusb says it.")
        @Required
        @Pattern("^[0-9a-f]{4}$")
        @Size(max = 4)
        String vendor,

        @JsonPropertyDescription("Product in four hexadecimal digits.")
        @Required
        @Pattern("^[0-9a-f]{4}$")
        @Size(max = 4)
        String product) {}
