package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An array of virTypedParameter, as texts by field. */
final class TypedParameters {

    private static final long STRUCT_BYTES = 96;
    private static final int FIELD_BYTES = 80;
    private static final long TYPE = 80;
    private static final long VALUE = 88;
    private static final int MOST_BYTES = 4096;

    private TypedParameters() {}

    /** Copies the parameters and frees them; one of a type that is not known here is left out. */
    static Map<String, String> take(@Nullable Pointer params, int count) {
        if (params == null) {
            return Map.of();
        }
        try {
            return read(params, count);
        } finally {
            LibvirtC.virTypedParamsFree(params, count);
        }
    }

    static Map<String, String> read(Pointer params, int count) {
        var texts = new TreeMap<String, String>();
        for (int i = 0; i < count; i++) {
            var struct = params.share(i * STRUCT_BYTES);
            value(struct).ifPresent(value -> texts.put(Texts.read(struct, FIELD_BYTES), value));
        }
        return texts;
    }

    private static Optional<String> value(Pointer struct) {
        return switch (struct.getInt(TYPE)) {
            case 1 -> Optional.of(Integer.toString(struct.getInt(VALUE)));
            case 2 -> Optional.of(Integer.toUnsignedString(struct.getInt(VALUE)));
            case 3 -> Optional.of(Long.toString(struct.getLong(VALUE)));
            case 4 -> Optional.of(Long.toUnsignedString(struct.getLong(VALUE)));
            case 5 -> Optional.of(Double.toString(struct.getDouble(VALUE)));
            case 6 -> Optional.of(Byte.toString(struct.getByte(VALUE)));
            case 7 -> Optional.ofNullable(struct.getPointer(VALUE)).map(text -> Texts.read(text, MOST_BYTES));
            default -> Optional.empty();
        };
    }
}
