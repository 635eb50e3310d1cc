package dev.meridian.agent;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * A machine to be looked at later.
 *
 * @param interval since its last look
 */
record Look(UUID machine, Duration interval, long atNanos) implements Delayed {
    static Look in(UUID machine, Duration interval) {
        return new Look(machine, interval, System.nanoTime() + interval.toNanos());
    }

    static Look now(UUID machine, Duration interval) {
        return new Look(machine, interval, System.nanoTime());
    }

    /** The next one, after twice the time, up to the longest. */
    Look rarer(Duration longest) {
        var doubled = interval.multipliedBy(2);
        return in(machine, doubled.compareTo(longest) > 0 ? longest : doubled);
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
}
