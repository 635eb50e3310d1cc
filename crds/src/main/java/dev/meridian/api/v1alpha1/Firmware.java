package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How the machine boots. Without kernelBoot: from its disks, by the board's BIOS. */
public record Firmware(
        @JsonPropertyDescription("A kernel that is started without a boot loader.") @Nullable
        KernelBoot kernelBoot) {}
