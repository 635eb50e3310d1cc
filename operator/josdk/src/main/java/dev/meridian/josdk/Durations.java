package dev.meridian.josdk;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** How long things took: how many of them within each of a few bounds, and how long together. */
public final class Durations {
    private static final double NANOS_OF_A_SECOND = 1e9;

    private final double[] bounds;
    private final LongAdder[] counts;
    private final LongAdder nanos = new LongAdder();

    /** @param bounds in seconds, ascending */
    public Durations(double... bounds) {
        this.bounds = bounds.clone();
        this.counts = Stream.generate(LongAdder::new).limit(bounds.length + 1L).toArray(LongAdder[]::new);
    }

    public void took(long durationNanos) {
        var seconds = durationNanos / NANOS_OF_A_SECOND;
        int bucket = 0;
        while (bucket < bounds.length && seconds > bounds[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        nanos.add(durationNanos);
    }

    public Counted soFar() {
        return new Counted(
                DoubleStream.of(bounds).boxed().toList(),
                Stream.of(counts).map(LongAdder::sum).toList(),
                nanos.sum() / NANOS_OF_A_SECOND);
    }

    /**
     * At one moment.
     *
     * @param bounds in seconds
     * @param counts those above the bound before and not above this one; one more for what is above all
     * @param sumSeconds of all
     */
    public record Counted(List<Double> bounds, List<Long> counts, double sumSeconds) {
        public long count() {
            return counts.stream().mapToLong(count -> count).sum();
        }
    }
}
