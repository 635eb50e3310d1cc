package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The verdict that a guest's clock was forgotten. */
class GuestClockTest {
    private final GuestClock clock = new GuestClock(at(0));

    @Test
    void lastSetCountsAndNoneBefore() {
        // when
        clock.add(new GuestClock.Set(1_000, 1_002, at(10), true));
        clock.add(new GuestClock.Set(5_000, 5_002, at(20), true));

        // then
        assertThat(allows(5_001, List.of(), List.of())).isTrue();
        assertThat(allows(5_005, List.of(), List.of())).isTrue();
        assertThat(allows(5_006, List.of(), List.of())).isFalse();
        assertThat(allows(1_001, List.of(at(30)), List.of())).isFalse();
        assertThat(allows(0, List.of(), List.of())).isFalse();
    }

    @Test
    void setJustBeforeTheEndOfItsQemuMayBeLost() {
        // when
        clock.add(new GuestClock.Set(1_000, 1_000, at(10), true));

        // then
        assertThat(allows(0, List.of(at(11)), List.of())).isTrue();
        assertThat(allows(1_000, List.of(at(11)), List.of())).isTrue();
        assertThat(allows(0, List.of(at(12)), List.of())).isFalse();
    }

    @Test
    void setThatNoLibvirtdCouldHearOfMayBeLost() {
        // given
        var deaf = List.of(new GuestClock.Deaf("node-1", at(5), at(40)));

        // when
        clock.add(new GuestClock.Set(1_000, 1_000, at(10), true));

        // then
        assertThat(allows(0, List.of(at(41)), deaf)).isTrue();
        assertThat(allows(0, List.of(at(43)), deaf)).isFalse();
        assertThat(allows(0, List.of(), deaf)).isFalse();
    }

    @Test
    void setThatTheGuestDidNotConfirmMayHaveHappened() {
        // when
        clock.add(new GuestClock.Set(1_000, 1_000, at(10), false));

        // then
        assertThat(allows(0, List.of(), List.of())).isTrue();
        assertThat(allows(1_000, List.of(), List.of())).isTrue();
        assertThat(allows(500, List.of(), List.of())).isFalse();
    }

    @Test
    void lossIsCountedOnce() {
        // given
        clock.add(new GuestClock.Set(1_000, 1_000, at(10), true));

        // when
        clock.found(7, at(20));

        // then
        assertThat(allows(7, List.of(), List.of())).isTrue();
        assertThat(allows(1_000, List.of(), List.of())).isFalse();
    }

    private boolean allows(long offset, List<Instant> ends, List<GuestClock.Deaf> deaf) {
        return clock.allows(offset, ends, deaf);
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second);
    }
}
