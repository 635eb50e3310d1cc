package dev.meridian.e2e;

import java.util.stream.Stream;

/** All figures but the long chain of faults, or those that are named: {@code make bench PARTS="start burst"}. */
public final class Bench {
    /** A figure, or figures that are measured together. */
    private enum Part {
        rss,
        start,
        stop,
        recovery,
        burst,
        idle,
        events,
        memory,
        clocks,
        guestclock,
        images,
        overlays,
        install,
        plugin,
        /** Needs two nodes. */
        migration,
        /** Likewise. */
        drain,
        /** Likewise. */
        migrationfaults,
        /** Needs none: kwok plays them. */
        scale,
        faults;

        private boolean needsOneNode() {
            return switch (this) {
                case migration, drain, migrationfaults, scale, faults -> false;
                case rss,
                        start,
                        stop,
                        recovery,
                        burst,
                        idle,
                        events,
                        memory,
                        clocks,
                        guestclock,
                        images,
                        overlays,
                        install,
                        plugin -> true;
            };
        }
    }

    private Bench() {}

    public static void main(String[] names) {
        var parts = names.length == 0
                ? Stream.of(Part.values()).filter(Part::needsOneNode).toList()
                : Stream.of(names).map(Part::valueOf).toList();
        var testbed = Testbed.open();
        parts.forEach(part -> measure(part, testbed));
    }

    private static void measure(Part part, Testbed testbed) {
        switch (part) {
            case rss -> MemoryBench.idle(testbed);
            case start -> StartBench.run(testbed);
            case stop -> StopBench.run(testbed);
            case recovery -> RecoveryBench.run(testbed);
            case burst -> BurstBench.run(testbed);
            case idle -> IdleBench.run(testbed);
            case events -> EventBench.run(testbed);
            case memory -> MemoryBench.growth(testbed);
            case clocks -> ClockChain.run(testbed);
            case guestclock -> GuestClockBench.run(testbed).report();
            case images -> ImageBench.run(testbed);
            case overlays -> OverlayBench.run(testbed);
            case install -> InstallBench.run(testbed);
            case plugin -> PluginBench.run(testbed);
            case migration -> MigrationBench.run(testbed);
            case drain -> DrainBench.run(testbed);
            case migrationfaults -> MigrationFaults.runLong(testbed);
            case scale -> ScaleBench.run(testbed);
            case faults -> FaultChain.runLong(testbed);
        }
    }
}
