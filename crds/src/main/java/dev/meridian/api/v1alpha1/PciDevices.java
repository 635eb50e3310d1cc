package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** PCI functions, by what they are or by where one is. */
@ValidationRule(
        value = "has(self.address) ? !has(self.vendor) && !has(self.product) : has(self.vendor) && has(self.product)",
        message = "devices.pci: give vendor and product, or address")
public record PciDevices(
        @JsonPropertyDescription("Vendor in four hexadecimal digits, as lspci -nn says it.")
        @Pattern("^[0-9a-f]{4}$")
        @Size(max = 4)
        @Nullable
        String vendor,

        @JsonPropertyDescription("Product in four hexadecimal digits.")
        @Pattern("^[0-9a-f]{4}$")
        @Size(max = 4)
        @Nullable
        String product,

        @JsonPropertyDescription("Place of the only one, as 0000:3b:00.0.")
        @Pattern("^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f][.][0-7]$")
        @Size(max = 12)
        @Nullable
        String address) {}
