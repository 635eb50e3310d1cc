package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/** An array of virTypedParameter that is given to libvirt, and freed after that. */
final class TypedParameterList implements AutoCloseable {
    private final PointerByReference params = new PointerByReference();
    private final int[] count = new int[1];
    private final int[] room = new int[1];

    void add(String name, String value) {
        check(LibvirtC.virTypedParamsAddString(params, count, room, name, value));
    }

    /** An unsigned long long. */
    void add(String name, long value) {
        check(LibvirtC.virTypedParamsAddULLong(params, count, room, name, value));
    }

    void add(String name, int value) {
        check(LibvirtC.virTypedParamsAddInt(params, count, room, name, value));
    }

    @Nullable
    Pointer first() {
        return params.getValue();
    }

    int count() {
        return count[0];
    }

    private static void check(int result) {
        if (result < 0) {
            throw LibvirtException.last();
        }
    }

    @Override
    public void close() {
        LibvirtC.virTypedParamsFree(params.getValue(), count[0]);
    }
}
