package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Devices of the node of one kind, opened to namespaces: the node itself must do without those that machines get. */
@ValidationRule(
        value = "[has(self.pci), has(self.usb), has(self.mdev)].filter(given, given).size() == 1",
        messageExpression = "'devices: ' + self.name + ' is none or several of pci, usb and mdev; give one'")
public record OpenedDevice(
        @JsonPropertyDescription("The name by which machines ask for one: spec.hostDevices.deviceName.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9./-]*[a-z0-9])?$")
        @Size(max = 128)
        String name,

        @JsonPropertyDescription("Functions of PCI, which get the driver vfio-pci.") @Nullable
        PciDevices pci,

        @JsonPropertyDescription("Devices on USB.") @Nullable
        UsbDevices usb,

        @JsonPropertyDescription("Mediated devices that the node has made, such as a share of a GPU.") @Nullable
        MediatedDevices mdev,

        @JsonPropertyDescription("The namespaces whose machines may have one.") @Required
        NamespaceChoice namespaces) {}
