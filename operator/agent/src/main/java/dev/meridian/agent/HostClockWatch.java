package dev.meridian.agent;

import dev.meridian.domain.clock.HostStep;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the host's clock was stepped, by comparing it each second with one that cannot be. A clock that is slewed
 * is not stepped: the kernel slews both.
 */
final class HostClockWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostClockWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(100);
    /** Two readings with more between them say nothing: the process was held up. */
    private static final Duration SHARP = Duration.ofMillis(10);

    private final InstantSource clock;
    private final LongSupplier monotonicNanos;
    private final Consumer<HostStep.Stepped> stepped;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("host-clock").unstarted(this::run);
    private Optional<Instant> began = Optional.empty();

    HostClockWatch(InstantSource clock, Consumer<HostStep.Stepped> stepped) {
        this(clock, System::nanoTime, stepped);
    }

    /** @param stepped told on the watch's thread */
    HostClockWatch(InstantSource clock, LongSupplier monotonicNanos, Consumer<HostStep.Stepped> stepped) {
        this.clock = clock;
        this.monotonicNanos = monotonicNanos;
        this.stepped = stepped;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                lookOrLog();
            } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOrLog() {
        try {
            look();
        } catch (RuntimeException e) {
            // It would be the last look.
            LOG.atError().setCause(e).log("the host's clock was not compared");
        }
    }

    /** One comparison with the last. */
    void look() {
        var before = monotonicNanos.getAsLong();
        var now = clock.instant();
        var after = monotonicNanos.getAsLong();
        if (after - before > SHARP.toNanos()) {
            return;
        }
        // What the host's clock said when the other one was at zero.
        var base = now.minusNanos(before + (after - before) / 2);
        var by = began.map(then -> Duration.between(then, base)).orElse(Duration.ZERO);
        if (began.isEmpty() || by.abs().compareTo(STEP) > 0) {
            began = Optional.of(base);
        }
        if (by.abs().compareTo(STEP) > 0) {
            LOG.atWarn().addKeyValue("byMillis", by.toMillis()).log("the host's clock was stepped");
            stepped.accept(new HostStep.Stepped(now.truncatedTo(ChronoUnit.MILLIS), by));
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
