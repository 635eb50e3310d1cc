package dev.meridian.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a guest did to its real-time clock, and with which offsets it may be found. What cannot be kept is
 * {@code unavoidable} by reference/clock.md: a set within a second of the end of its QEMU, and a set that no libvirtd saw before
 * its QEMU ended.
 */
final class GuestClock {
    private static final long TOLERANCE_SECONDS = 3;
    private static final Duration EVENT_DELAY = Duration.ofMillis(1_500);

    private final List<Set> sets = new ArrayList<>();

    GuestClock(Instant since) {
        sets.add(new Set(0, 0, since, true));
    }

    /**
     * The offset was set to something between two values, in seconds.
     *
     * @param done when that was over
     * @param answered whether the guest said so; what it did not confirm may not have happened
     */
    record Set(long least, long most, Instant done, boolean answered) {
        private boolean allows(long offset) {
            return offset >= least - TOLERANCE_SECONDS && offset <= most + TOLERANCE_SECONDS;
        }
    }

    /** From when to when no libvirtd of the node could hear of a change. */
    record Deaf(String node, Instant from, Instant to) {
        private boolean covers(Instant begin, Instant end) {
            return !from.isAfter(begin) && !to.isBefore(end);
        }
    }

    void add(Set set) {
        sets.add(set);
    }

    /** Whether a guest that is found with this offset has forgotten nothing that it could keep. */
    boolean allows(long offset, List<Instant> ends, List<Deaf> deaf) {
        for (var set : sets.reversed()) {
            if (set.allows(offset)) {
                return true;
            }
            if (set.answered() && !isUnavoidable(set, ends, deaf)) {
                return false;
            }
        }
        return false;
    }

    /** What was found is what is expected from here on: one loss is counted once. */
    void found(long offset, Instant at) {
        sets.clear();
        sets.add(new Set(offset, offset, at, true));
    }

    private static boolean isUnavoidable(Set set, List<Instant> ends, List<Deaf> deaf) {
        Optional<Instant> end = ends.stream().filter(e -> e.isAfter(set.done())).min(Instant::compareTo);
        return end.filter(e -> e.isBefore(set.done().plus(EVENT_DELAY))
                        || deaf.stream().anyMatch(d -> d.covers(set.done(), e.minus(EVENT_DELAY))))
                .isPresent();
    }

    @Override
    public String toString() {
        return sets.toString();
    }
}
