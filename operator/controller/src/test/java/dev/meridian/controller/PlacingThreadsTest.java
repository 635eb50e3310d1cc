package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacingThreadsTest {
    private static final int MACHINES = 10 * PlacingThreads.MOST;

    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch full = new CountDownLatch(PlacingThreads.MOST);
    private final Semaphore answers = new Semaphore(0);

    @Test
    void noMoreMachinesThanHaveTheirRequestsAnsweredInTimeArePlacedAtATime() throws InterruptedException {
        // given
        try (var threads = PlacingThreads.open()) {
            IntStream.range(0, MACHINES).forEach(_ -> threads.execute(this::place));
            full.await();
            // when
            answers.release(MACHINES);
        }
        // then
        assertThat(most).hasValue(PlacingThreads.MOST);
    }

    private void place() {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        full.countDown();
        answers.acquireUninterruptibly();
        now.decrementAndGet();
    }
}
