package dev.meridian.agent;

import dev.meridian.api.v1alpha1.ClockSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts how often the offset that is believed of a guest's clock became another, by where that was read. */
final class ClockChanges {
    private final Map<ClockSource, Long> counts = new ConcurrentHashMap<>();

    void count(ClockSource source) {
        counts.merge(source, 1L, Long::sum);
    }

    /** A source that told of none is not in it. */
    Map<ClockSource, Long> soFar() {
        return Map.copyOf(counts);
    }
}
