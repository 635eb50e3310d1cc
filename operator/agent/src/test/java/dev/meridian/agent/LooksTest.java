package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LooksTest {
    private static final UUID ONE = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final UUID OTHER = UUID.fromString("00000000-0000-0000-0000-000000000002");
    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration NEVER = Duration.ofDays(1);

    private final LinkedBlockingQueue<UUID> looked = new LinkedBlockingQueue<>();

    @Test
    void machinesAreLookedAtWhenTheyAreDue() throws InterruptedException {
        try (var looks = new Looks("test", SOON, look -> looked.add(look.machine()))) {
            // given
            looks.anew(Look.in(ONE, NEVER));
            looks.anew(Look.in(OTHER, SOON));

            // when
            looks.start();

            // then
            assertThat(next()).isEqualTo(OTHER);
            looks.anew(Look.now(ONE, SOON));
            assertThat(next()).isEqualTo(ONE);
        }
    }

    @Test
    void lookThatWasAskedForMeanwhileStays() throws InterruptedException {
        try (var looks = new Looks("test", SOON, look -> looked.add(look.machine()))) {
            // given
            looks.anew(Look.in(ONE, SOON));
            looks.again(Look.in(ONE, NEVER));
            looks.anew(Look.in(OTHER, NEVER));
            looks.again(Look.in(OTHER, SOON));

            // when
            looks.start();

            // then
            assertThat(next()).isEqualTo(ONE);
            looks.anew(Look.in(ONE, Duration.ofMillis(20)));
            assertThat(next()).isEqualTo(ONE);
        }
    }

    @Test
    void lookThatFailsIsTriedAgainAndNotTheLast() throws InterruptedException {
        // given
        var failures = new AtomicInteger();
        try (var looks = new Looks("test", SOON, look -> {
            if (look.machine().equals(ONE) && failures.incrementAndGet() < 3) {
                throw new IllegalStateException("as the test has it");
            }
            looked.add(look.machine());
        })) {
            // when
            looks.anew(Look.now(ONE, SOON));
            looks.start();

            // then
            assertThat(next()).isEqualTo(ONE);
            assertThat(failures).hasValue(3);
            looks.anew(Look.now(OTHER, SOON));
            assertThat(next()).isEqualTo(OTHER);
        }
    }

    private UUID next() throws InterruptedException {
        return looked.poll(30, TimeUnit.SECONDS);
    }
}
