package dev.meridian.agent;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.HypervisorClock;
import dev.meridian.domain.status.Conditions.Decided;
import dev.meridian.libvirt.KernelClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The node's clock, as a Hypervisor tells of it. */
final class HostClock {
    private static final Path SOURCE = Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource");

    /** Steps that a clock which is kept does not cross back and forth: each would be a write. */
    private static final long[] BOUNDS_MILLIS = {10, 100, 1_000, 16_000};

    private HostClock() {}

    static HypervisorClock read() {
        var kept = KernelClock.read();
        return new HypervisorClock(kept.isSynchronized(), boundMillis(kept.maxErrorMicros()), source());
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
}
