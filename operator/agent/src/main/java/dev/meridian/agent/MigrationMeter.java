package dev.meridian.agent;

import dev.meridian.josdk.Durations;
import dev.meridian.libvirt.DomainJob;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts machines that leave the node as they run, and what that took. */
final class MigrationMeter {
    private static final double[] DURATIONS = {10, 60, 600};
    private static final double[] DOWNTIMES = {0.1, 0.3, 1, 10};

    private final AtomicInteger running = new AtomicInteger();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Durations durations = new Durations(DURATIONS);
    private final Durations downtimes = new Durations(DOWNTIMES);

    /** From now until {@link Run#close}, which tells that it failed unless it was told that it succeeded. */
    Run begin() {
        running.incrementAndGet();
        return new Run();
    }

    AgentMetrics.Migrations soFar() {
        return new AgentMetrics.Migrations(
                running.get(), succeeded.sum(), failed.sum(), bytes.sum(), durations.soFar(), downtimes.soFar());
    }

    /** One that is under way. */
    final class Run implements AutoCloseable {
        private boolean isThere;

        private Run() {}

        /** As libvirt tells of it afterwards. */
        void succeeded(DomainJob job) {
            isThere = true;
            succeeded.increment();
            job.processedBytes().ifPresent(bytes::add);
            job.elapsedMillis().map(Duration::ofMillis).map(Duration::toNanos).ifPresent(durations::took);
            job.downtimeMillis().map(Duration::ofMillis).map(Duration::toNanos).ifPresent(downtimes::took);
        }

        @Override
        public void close() {
            running.decrementAndGet();
            if (!isThere) {
                failed.increment();
            }
        }
    }
}
