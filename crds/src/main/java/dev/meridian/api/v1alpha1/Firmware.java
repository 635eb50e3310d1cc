package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How the machine boots. Without kernelBoot: from its disks. */
@ValidationRule(
        value = "!has(self.secureBoot) || !self.secureBoot || (has(self.bootloader) && self.bootloader == 'UEFI')",
        message =
                "spec.firmware.secureBoot: true is for UEFI; set spec.firmware.bootloader to UEFI, or leave secureBoot"
                        + " out")
public record Firmware(
        @JsonPropertyDescription("A kernel that is started without a boot loader.") @Nullable
        KernelBoot kernelBoot,

        @JsonPropertyDescription("BIOS if left out. UEFI keeps its variables (NVRAM) on the machine's node.") @Nullable
        Bootloader bootloader,

        @JsonPropertyDescription("Whether UEFI starts only what is signed, by the keys that its vendor enrolled.")
        @Nullable
        Boolean secureBoot,

        @JsonPropertyDescription("Whether a person at the console may choose what is booted. Left out: no menu.")
        @Nullable
        BootMenu bootMenu,

        @JsonPropertyDescription("Serial number of the machine, as SMBIOS tells the guest.")
        @Pattern(Smbios.TEXT)
        @Size(max = 63)
        @Nullable
        String serial,

        @JsonPropertyDescription("Who made the machine, as SMBIOS tells the guest. Its UUID is that of the object.")
        @Nullable
        Smbios smbios) {}
