package dev.meridian.controller;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.josdk.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts what the controller did for machines. */
final class PlacementMeter {
    /** kube-scheduler places a pod within a second; one that does not fit waits for room. */
    private static final double[] BOUNDS = {1, 10, 60, 600};

    private final Map<String, LongAdder> acts = new ConcurrentHashMap<>();
    private final Map<MigrationPhase, LongAdder> migrations = new ConcurrentHashMap<>();
    private final LongAdder placements = new LongAdder();
    private final Durations waits = new Durations(BOUNDS);

    /** @param act by its kind */
    void acted(String act) {
        acts.computeIfAbsent(act, _ -> new LongAdder()).increment();
    }

    /** @param waited since its reservation was made */
    void placed(Duration waited) {
        placements.increment();
        waits.took(Math.max(0, waited.toNanos()));
    }

    void migration(MigrationPhase phase) {
        if (ends(phase)) {
            migrations.computeIfAbsent(phase, _ -> new LongAdder()).increment();
        }
    }

    long placements() {
        return placements.sum();
    }

    Durations.Counted waits() {
        return waits.soFar();
    }

    Map<String, Long> acts() {
        var counts = new TreeMap<String, Long>();
        acts.forEach((act, count) -> counts.put(act, count.sum()));
        return counts;
    }

    /** Those without any too: that there is a first one must be seen. */
    Map<String, Long> migrations() {
        var counts = new TreeMap<String, Long>();
        Stream.of(MigrationPhase.values())
                .filter(PlacementMeter::ends)
                .forEach(phase -> counts.put(
                        phase.name(),
                        migrations.getOrDefault(phase, new LongAdder()).sum()));
        return counts;
    }

    private static boolean ends(MigrationPhase phase) {
        return switch (phase) {
            case Succeeded, Failed, Cancelled -> true;
            case Pending, Scheduling, Preparing, Running -> false;
        };
    }
}
