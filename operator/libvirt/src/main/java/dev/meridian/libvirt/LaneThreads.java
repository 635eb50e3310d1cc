package dev.meridian.libvirt;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The platform threads of the lanes: made on demand, ended when idle, as many as are useful.
 *
 * <p>A thread that is stuck in C cannot be ended; for each of those one more may be made.
 */
final class LaneThreads implements AutoCloseable {

    private static final Duration IDLE = Duration.ofSeconds(10);

    /**
     * Reserved, committed only as used. The test driver validates XML on our thread, where libxml2 recurses:
     * 128 KiB were enough for that.
     */
    private static final long STACK_BYTES = 512 << 10;

    private final int useful;
    private final ThreadPoolExecutor calls;
    private final ScheduledThreadPoolExecutor deadlines;

    LaneThreads(int useful) {
        this.useful = useful;
        this.calls = new ThreadPoolExecutor(
                useful,
                useful,
                IDLE.toNanos(),
                TimeUnit.NANOSECONDS,
                new LinkedBlockingQueue<>(),
                named("libvirt-lane-"),
                new ThreadPoolExecutor.DiscardPolicy());
        calls.allowCoreThreadTimeOut(true);
        this.deadlines =
                new ScheduledThreadPoolExecutor(1, named("libvirt-deadline-"), new ThreadPoolExecutor.DiscardPolicy());
        deadlines.setKeepAliveTime(IDLE.toNanos(), TimeUnit.NANOSECONDS);
        deadlines.allowCoreThreadTimeOut(true);
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /** Does nothing once closed. */
    void execute(Runnable call) {
        calls.execute(call);
    }

    Future<?> after(Duration delay, Runnable alarm) {
        return deadlines.schedule(alarm, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Not from two threads at once. */
    void replace(int stuck) {
        int size = useful + stuck;
        if (size > calls.getMaximumPoolSize()) {
            calls.setMaximumPoolSize(size);
            calls.setCorePoolSize(size);
            return;
        }
        calls.setCorePoolSize(size);
        calls.setMaximumPoolSize(size);
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
        calls.shutdown();
        calls.getQueue().clear();
    }

    private static ThreadFactory named(String prefix) {
        return Thread.ofPlatform()
                .daemon()
                .name(prefix, 0)
                .stackSize(STACK_BYTES)
                .factory();
    }
}
