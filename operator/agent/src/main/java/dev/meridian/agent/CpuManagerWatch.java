package dev.meridian.agent;

import java.nio.file.attribute.FileTime;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells when kubelet's CPU manager has given CPUs away or taken them back. */
final class CpuManagerWatch implements AutoCloseable {
    private static final long SECONDS = 1;

    private final CpuManagerState state;
    private final Runnable changed;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cpu-manager").factory());
    private FileTime seen;

    CpuManagerWatch(CpuManagerState state, Runnable changed) {
        this.state = state;
        this.changed = changed;
        this.seen = state.writtenAt();
    }

    void start() {
        var _ = looks.scheduleWithFixedDelay(this::look, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        var now = state.writtenAt();
        if (!now.equals(seen)) {
            seen = now;
            changed.run();
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
