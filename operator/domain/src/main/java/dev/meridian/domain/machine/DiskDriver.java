package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.DiskCache;
import dev.meridian.api.v1alpha1.DiskDetectZeroes;
import dev.meridian.api.v1alpha1.DiskDiscard;
import dev.meridian.api.v1alpha1.DiskIo;
import dev.meridian.api.v1alpha1.DiskThrottle;
import java.util.Optional;

/** How the hypervisor reads and writes a disk; what is left out is as the hypervisor has it. */
public record DiskDriver(
        Optional<DiskCache> cache,
        Optional<DiskIo> io,
        Optional<DiskDiscard> discard,
        Optional<DiskDetectZeroes> detectZeroes,
        Optional<DiskThrottle> throttle) {}
