package dev.meridian.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a process of ours until it is asked to end, or ends by itself. */
final class UntilTerminated {
    private UntilTerminated() {}

    /** @param ended completed when the process cannot go on */
    static int run(AutoCloseable process, Runnable start, CompletionStage<Void> ended) throws Exception {
        var over = new CompletableFuture<Void>();
        var closed = new CountDownLatch(1);
        var started = new AtomicBoolean();
        var main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            over.complete(null);
            if (!started.get()) {
                main.interrupt();
            }
            try {
                closed.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }));
        try (process) {
            start.run();
            started.set(true);
            CompletableFuture.anyOf(over, ended.toCompletableFuture()).get();
        } finally {
            closed.countDown();
        }
        return over.isDone() ? 0 : 1;
    }
}
