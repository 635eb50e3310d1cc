package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.clock.HostStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostClockWatchTest {
    private Instant realtime = Instant.parse("2026-03-01T12:00:00Z");
    private long monotonic = -77;
    private long heldUpNanos;
    private final List<HostStep.Stepped> steps = new ArrayList<>();
    private final HostClockWatch watch = new HostClockWatch(() -> realtime, this::monotonic, steps::add);

    @ParameterizedTest
    @ValueSource(longs = {3_600_000, -3_600_000, 101, -101})
    void stepIsToldOnceWithItsSize(long millis) {
        // given
        watch.look();
        passes(Duration.ofSeconds(1));

        // when
        realtime = realtime.plusMillis(millis);
        watch.look();
        passes(Duration.ofSeconds(1));
        watch.look();

        // then
        assertThat(steps).containsExactly(new HostStep.Stepped(realtime.minusSeconds(1), Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 99, -99})
    void lessIsNone(long millis) {
        // given
        watch.look();

        // when
        realtime = realtime.plusMillis(millis);
        watch.look();

        // then
        assertThat(steps).isEmpty();
    }

    @Test
    void lookThatWasHeldUpSaysNothing() {
        // given
        watch.look();

        // when
        heldUpNanos = Duration.ofSeconds(5).toNanos();
        watch.look();
        heldUpNanos = 0;
        realtime = realtime.plusSeconds(10);
        watch.look();

        // then
        assertThat(steps).isEmpty();
    }

    private void passes(Duration time) {
        realtime = realtime.plus(time);
        monotonic += time.toNanos();
    }

    /** Each look asks twice. */
    private long monotonic() {
        var now = monotonic;
        monotonic += heldUpNanos;
        return now;
    }
}
