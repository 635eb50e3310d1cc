package dev.meridian.libvirt;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * How good the kernel of this machine holds its clock to be (adjtimex(2)).
 *
 * @param isSynchronized something keeps the clock
 * @param maxErrorMicros it grows while nothing does, and stops at 16 s
 */
public record KernelClock(boolean isSynchronized, long maxErrorMicros) {
    /** What the kernel does not tell is taken for the worst. */
    public static final KernelClock UNKNOWN = new KernelClock(false, 16_000_000);

    /** struct timex of 64-bit Linux: its size, maxerror (microseconds) and status. */
    private static final long TIMEX_BYTES = 208;

    private static final long MAX_ERROR = 24;
    private static final long STATUS = 40;
    private static final int STA_UNSYNC = 0x40;

    /** libc's own. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int adjtimex(Pointer timex);
    }

    /** At this moment. */
    public static KernelClock read() {
        try (var timex = new Memory(TIMEX_BYTES)) {
            timex.clear(); // it asks for nothing to be changed
            return C.adjtimex(timex) < 0
                    ? UNKNOWN
                    : new KernelClock((timex.getInt(STATUS) & STA_UNSYNC) == 0, timex.getLong(MAX_ERROR));
        }
    }
}
