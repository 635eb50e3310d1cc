package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.Memory;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;

/**
 * Room for memory that is plugged into the running guest, as DIMMs.
 *
 * @param mostMebibytes with what the guest has from its start
 * @param slots for DIMMs
 */
public record MemoryRoom(long mostMebibytes, long slots) {
    /** Of the 256 that QEMU can have; each growth takes one for each NUMA node that it reaches. */
    private static final long MOST_SLOTS = 255;

    private static final long STEP_MEBIBYTES =
            Quantity.getAmountInBytes(Quantity.parse(Memory.STEP)).longValueExact() >> 20;

    /** Without {@code maxGuest}, or with one that is the guest's size, there is none. */
    static Optional<MemoryRoom> of(VirtualMachineSpec spec) {
        var guest = Requests.guestMemoryMebibytes(spec);
        return Optional.ofNullable(spec.memory().maxGuest())
                .map(Requests::guestMemoryMebibytes)
                .filter(most -> guest > 0 && most > guest)
                .map(most -> new MemoryRoom(most, Math.clamp((most - guest) / STEP_MEBIBYTES, 1, MOST_SLOTS)));
    }

    /** What the guest can be given at a time: both are powers of two. */
    public static long stepMebibytes(VirtualMachineSpec spec) {
        return Math.max(
                STEP_MEBIBYTES,
                HugePageSizes.of(spec).map(HugePageSizes::mebibytes).orElse(1L));
    }

    /** Whether a guest of the spec that was started with room can be plugged {@code wished} in all. */
    public static boolean takes(VirtualMachineSpec spec, long wished) {
        var more = wished - Requests.guestMemoryMebibytes(spec);
        return more > 0
                && more % stepMebibytes(spec) == 0
                && of(spec).filter(room -> wished <= room.mostMebibytes()).isPresent();
    }
}
