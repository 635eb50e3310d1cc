package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** Sizes of a disk's blocks in bytes, as the guest sees them. */
@ValidationRule(
        value = "self.logical in [512, 1024, 2048, 4096, 8192, 16384, 32768]"
                + " && self.physical in [512, 1024, 2048, 4096, 8192, 16384, 32768]",
        message = "blockSize: give powers of two from 512 to 32768")
@ValidationRule(
        value = "self.logical <= self.physical",
        message = "blockSize: logical is the unit of what is addressed, and cannot be more than physical")
public record DiskBlockSize(
        @JsonPropertyDescription("The unit in which the guest addresses the disk.") @Required @Min(512) @Max(32768)
        Integer logical,

        @JsonPropertyDescription("The unit in which it does best to write.") @Required @Min(512) @Max(32768)
        Integer physical) {}
