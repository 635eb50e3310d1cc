package dev.meridian.agent;

import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks the node's libvirt there where other nodes reach it, as they do. One that hangs holds one thread, and no other. */
final class OfferedLibvirt implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final String uri;
    private final ExecutorService asking = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("offered-libvirt").factory());
    private @Nullable Future<Optional<String>> asked;

    OfferedLibvirt(String uri) {
        this.uri = uri;
    }

    /** Why it is not reached, in libvirt's words. */
    Optional<String> failure() throws InterruptedException {
        if (asked == null || asked.isDone()) {
            asked = asking.submit(this::ask);
        }
        try {
            return asked.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return Optional.of("it does not answer within %d s".formatted(LIMIT.toSeconds()));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Optional<String> ask() {
        try {
            Connection.open(uri).close();
            return Optional.empty();
        } catch (LibvirtException e) {
            return Optional.of(e.message());
        }
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
