package dev.meridian.app;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a process of ours until it is asked to end, or ends by itself. */
final class UntilTerminated {
    private static final Logger LOG = LoggerFactory.getLogger(UntilTerminated.class);

    /** Of two seconds that it may take to end; the JVM needs some of them. What is not closed by then could be lost at any time. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

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
                if (!closed.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("not all of it could be closed in time");
                }
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
