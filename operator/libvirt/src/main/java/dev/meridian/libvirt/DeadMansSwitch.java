package dev.meridian.libvirt;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.time.Duration;

/**
 * A timer of the kernel that ends this process by SIGKILL unless it is put off in time (timer_create(2)): also when the
 * process is stopped, has no CPU, or hangs. It counts the time that the machine sleeps.
 */
public final class DeadMansSwitch {
    private static final int CLOCK_BOOTTIME = 7;
    private static final int SIGKILL = 9;
    private static final int TIMER_ABSTIME = 1;

    /** struct sigevent of 64-bit Linux: its size, the signal and how it is told (SIGEV_SIGNAL is 0). */
    private static final long SIGEVENT_BYTES = 64;

    private static final long SIGNO = 8;

    /** struct itimerspec: an interval that is none, and the time, each of seconds and nanoseconds. */
    private static final long ITIMERSPEC_BYTES = 32;

    private static final long SECONDS = 16;
    private static final long NANOS = 24;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** libc's own. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int clock_gettime(int clock, Pointer time) throws LastErrorException;

        static native int timer_create(int clock, Pointer event, PointerByReference timer) throws LastErrorException;

        static native int timer_settime(Pointer timer, int flags, Pointer value, Pointer old) throws LastErrorException;
    }

    private final Pointer timer;

    /** One that is not set yet. */
    public DeadMansSwitch() {
        var made = new PointerByReference();
        try (var event = new Memory(SIGEVENT_BYTES)) {
            event.clear();
            event.setInt(SIGNO, SIGKILL);
            C.timer_create(CLOCK_BOOTTIME, event, made);
        }
        timer = made.getValue();
    }

    /** Nanoseconds since the machine booted, its sleep included: by this the switch goes. */
    public static long now() {
        try (var time = new Memory(ITIMERSPEC_BYTES / 2)) {
            C.clock_gettime(CLOCK_BOOTTIME, time);
            return time.getLong(0) * NANOS_PER_SECOND + time.getLong(Long.BYTES);
        }
    }

    /** The process ends then, in place of any time said before; at once if that is over. */
    public void endsAt(long nanos) {
        set(Math.max(1, nanos));
    }

    /** As {@link #endsAt}, from now on. */
    public void endsIn(Duration time) {
        endsAt(now() + time.toNanos());
    }

    /** Until it is set again. */
    public void unset() {
        set(0);
    }

    private void set(long nanos) {
        try (var value = new Memory(ITIMERSPEC_BYTES)) {
            value.clear();
            value.setLong(SECONDS, nanos / NANOS_PER_SECOND);
            value.setLong(NANOS, nanos % NANOS_PER_SECOND);
            C.timer_settime(timer, TIMER_ABSTIME, value, Pointer.NULL);
        }
    }
}
