package dev.meridian.app;

import java.util.concurrent.CountDownLatch;

/** Runs a process of ours until it is asked to end. */
final class UntilTerminated {
    private UntilTerminated() {}

    static int run(AutoCloseable process, Runnable start) throws Exception {
        var asked = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            asked.countDown();
            try {
                ended.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }));
        try (process) {
            start.run();
            asked.await();
        } finally {
            ended.countDown();
        }
        return 0;
    }
}
