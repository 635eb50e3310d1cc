package dev.meridian.libvirt;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk on which a running domain met an error that stopped it (virDomainDiskError).
 *
 * @param target the disk's target, such as vda
 */
public record DiskError(String target, Cause cause) {

    /** {@code char *disk; int error}, padded to the pointer's alignment. */
    private static final int STRUCT_BYTES = 2 * Native.POINTER_SIZE;

    /** virDomainDiskErrorCode. */
    public enum Cause {
        UNSPECIFIED,
        NO_SPACE;

        static Cause of(int number) {
            return number == 2 ? NO_SPACE : UNSPECIFIED;
        }
    }

    /** libvirt fills an array of ours, whose strings it allocates. */
    static List<DiskError> of(Handle domain) {
        int disks = domain.number(
                "virDomainGetDiskErrors", pointer -> LibvirtC.virDomainGetDiskErrors(pointer, null, 0, 0));
        if (disks == 0) {
            return List.of();
        }
        try (var array = new Memory((long) disks * STRUCT_BYTES)) {
            array.clear();
            int found = domain.number(
                    "virDomainGetDiskErrors", pointer -> LibvirtC.virDomainGetDiskErrors(pointer, array, disks, 0));
            var errors = new ArrayList<DiskError>();
            for (int i = 0; i < found; i++) {
                errors.add(take(array.share((long) i * STRUCT_BYTES)));
            }
            return List.copyOf(errors);
        }
    }

    private static DiskError take(Pointer struct) {
        return new DiskError(Handle.take(struct.getPointer(0)), Cause.of(struct.getInt(Native.POINTER_SIZE)));
    }
}
