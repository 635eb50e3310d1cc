package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** Bounds of a disk's throughput, reads and writes together; none where one is left out. */
public record DiskThrottle(
        @JsonPropertyDescription("Operations a second.") @Min(1) @Max(10_000_000) @Nullable
        Long iops,

        @JsonPropertyDescription("Bytes a second.") @Min(1024) @Max(1_000_000_000_000L) @Nullable
        Long bytesPerSecond) {}
