package dev.meridian.agent;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.HypervisorClock;
import dev.meridian.domain.status.Conditions.Decided;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** How good the kernel holds its clock to be (adjtimex(2)). */
final class HostClock {
    private static final Path SOURCE = Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource");

    /** struct timex of 64-bit Linux: its size, maxerror (microseconds) and status. */
    private static final long TIMEX_BYTES = 208;

    private static final long MAX_ERROR = 24;
    private static final long STATUS = 40;
    private static final int STA_UNSYNC = 0x40;

    private static final MethodHandle ADJTIMEX = adjtimex();

    /** Steps that a clock which is kept does not cross back and forth: each would be a write. */
    private static final long[] BOUNDS_MILLIS = {10, 100, 1_000, 16_000};

    private HostClock() {}

    /**
     * What the kernel says at this moment.
     *
     * @param isSynchronized something keeps the clock
     * @param maxErrorMicros it grows while nothing does, and stops at 16 s
     */
    record Kept(boolean isSynchronized, long maxErrorMicros) {
        /** What the kernel does not tell is taken for the worst. */
        static final Kept UNKNOWN = new Kept(false, 16_000_000);
    }

    static HypervisorClock read() {
        var kept = kept();
        return new HypervisorClock(kept.isSynchronized(), boundMillis(kept.maxErrorMicros()), source());
    }

    static Kept kept() {
        try (var arena = Arena.ofConfined()) {
            var timex = arena.allocate(TIMEX_BYTES, Long.BYTES);
            var state = (int) ADJTIMEX.invokeExact(timex);
            return state < 0
                    ? Kept.UNKNOWN
                    : new Kept(
                            (timex.get(ValueLayout.JAVA_INT, STATUS) & STA_UNSYNC) == 0,
                            timex.get(ValueLayout.JAVA_LONG, MAX_ERROR));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static Decided condition(HypervisorClock clock) {
        return clock.isSynchronized()
                ? new Decided("ClockSynchronized", ConditionStatus.True, "Synchronized", "")
                : new Decided(
                        "ClockSynchronized",
                        ConditionStatus.False,
                        "NotSynchronized",
                        "nothing keeps the node's clock, to which its guests' offsets are related; run chrony or another"
                                + " NTP client on the node");
    }

    static long boundMillis(long micros) {
        return LongStream.of(BOUNDS_MILLIS)
                .filter(bound -> micros <= bound * 1_000)
                .findFirst()
                .orElse(BOUNDS_MILLIS[BOUNDS_MILLIS.length - 1]);
    }

    private static @Nullable String source() {
        try {
            return Files.readString(SOURCE).strip();
        } catch (IOException _) { // a kernel without it
            return null;
        }
    }

    @SuppressWarnings("restricted") // the agent is started with --enable-native-access
    private static MethodHandle adjtimex() {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("adjtimex"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }
}
