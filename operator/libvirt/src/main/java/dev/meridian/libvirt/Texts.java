package dev.meridian.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/** C strings of which no more is copied than is asked for: a guest wrote them. */
final class Texts {

    private Texts() {}

    /** Copies the beginning of a malloc'ed C string and frees it. */
    static String take(Pointer characters, int mostBytes) {
        try {
            return read(characters, mostBytes);
        } finally {
            Native.free(Pointer.nativeValue(characters));
        }
    }

    /** Copies the beginning of a C string. */
    static String read(Pointer characters, int mostBytes) {
        long length = Math.min(characters.indexOf(0, (byte) 0), mostBytes);
        return new String(characters.getByteArray(0, (int) length), StandardCharsets.UTF_8);
    }
}
