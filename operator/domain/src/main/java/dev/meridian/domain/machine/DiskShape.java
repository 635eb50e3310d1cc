package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.DiskBlockSize;
import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.DiskDevice;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A disk as wished.
 *
 * @param bootOrder among the machine's disks that have one
 * @param serial as the guest reads it
 * @param retained its file outlives the machine
 * @param ioThread a thread of the hypervisor serves it alone
 */
public record DiskShape(
        String name,
        DiskSource source,
        DiskDevice device,
        DiskBus bus,
        OptionalInt bootOrder,
        String serial,
        boolean retained,
        boolean readOnly,
        boolean shareable,
        Optional<DiskBlockSize> blockSize,
        boolean ioThread,
        DiskDriver driver) {}
