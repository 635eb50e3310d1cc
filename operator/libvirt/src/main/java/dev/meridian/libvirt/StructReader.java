package dev.meridian.libvirt;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a C struct in their order, each at its natural alignment.
 *
 * <p>Gives the offsets that libvirt's structs have on LP64 (measured with offsetof) and on 32-bit Arm.
 */
final class StructReader {

    private final Pointer struct;
    private long offset;

    StructReader(Pointer struct) {
        this.struct = struct;
    }

    int uint8() {
        return Byte.toUnsignedInt(struct.getByte(advance(1)));
    }

    int uint16() {
        return Short.toUnsignedInt(struct.getShort(advance(2)));
    }

    int int32() {
        return struct.getInt(advance(4));
    }

    long int64() {
        return struct.getLong(advance(8));
    }

    /** An {@code unsigned long}: 8 bytes on LP64, 4 elsewhere. */
    long nativeLong() {
        long at = advance(NativeLong.SIZE);
        return NativeLong.SIZE == 8 ? struct.getLong(at) : Integer.toUnsignedLong(struct.getInt(at));
    }

    @Nullable
    Pointer pointer() {
        return struct.getPointer(advance(Native.POINTER_SIZE));
    }

    /** A {@code char*} that stays the struct's own. */
    @Nullable
    String string() {
        Pointer characters = pointer();
        return characters == null ? null : characters.getString(0, "UTF-8");
    }

    /** A {@code char*} that stays the struct's own, NULL read as empty. */
    String text() {
        String text = string();
        return text == null ? "" : text;
    }

    /** A {@code char[size]} that ends at its first NUL. */
    String characters(int size) {
        String text = struct.getString(offset, "UTF-8");
        offset += size;
        return text;
    }

    private long advance(int size) {
        long at = (offset + size - 1) / size * size;
        offset = at + size;
        return at;
    }
}
