package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.GuestSyncPolicy;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.clock.GuestSyncRule;
import dev.meridian.domain.clock.HostStep;
import dev.meridian.domain.clock.RtcChange;
import dev.meridian.domain.metadata.ClockReading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestMemoryTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
    private static final ClockReading BELIEVED = new ClockReading(3600, ClockSource.Event, AT, true);

    private final GuestMemory guest = new GuestMemory();

    @Test
    void clockThatDoesNotStayWhereItWasSetIsSetEverMoreRarely() {
        // given
        guest.rule(new GuestSyncRule(GuestSyncPolicy.Threshold, Duration.ZERO, Duration.ofMillis(500)));
        var sets = 0;

        // when
        for (int minute = 0; minute < 60; minute++) {
            var reading = off(AT.plusSeconds(minute * 60L));
            guest.read(reading);
            if (guest.toSet(reading).isPresent()) {
                guest.wasSet(reading.at(), Duration.ofSeconds(10));
                sets++;
            }
        }

        // then
        assertThat(sets).isBetween(5, 7);
    }

    @Test
    void resumedGuestIsSetOnceAndNotForWhatItsUserDoesLater() {
        // given
        guest.rule(new GuestSyncRule(GuestSyncPolicy.OnResume, Duration.ZERO, Duration.ofMillis(500)));
        guest.stoodStill();
        var resumed = off(AT);
        guest.read(resumed);
        var first = guest.toSet(resumed);
        guest.wasSet(AT, Duration.ofSeconds(10));
        guest.read(new GuestReading(Duration.ZERO, Duration.ofMillis(1), AT));

        // when
        var later = guest.toSet(off(AT.plusSeconds(600)));

        // then
        assertThat(first).contains(Duration.ZERO);
        assertThat(later).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // offset of the event, seconds after the set; offset then, whether ours
        "3600, 0, 3600, true",
        "3598, 1, 3600, true",
        "3602, 1, 3600, true",
        "3603, 1, 3603, false",
        "3600, 3, 3600, false",
        "98043672, 0, 98043672, false",
    })
    void eventThatFollowsFromOurSetLeavesTheOffsetAsItWas(long event, long after, long offset, boolean ours) {
        // given
        guest.setting(AT);

        // when
        var change = guest.labelled(new RtcChange(event, AT.plusSeconds(after)), Optional.of(BELIEVED));

        // then
        assertThat(change).isEqualTo(new RtcChange(offset, AT.plusSeconds(after), ours));
    }

    @Test
    void stepOfTheHostIsOverWhenTheGuestIsRightAgainOrBoots() {
        // given
        guest.rule(new GuestSyncRule(GuestSyncPolicy.Never, Duration.ZERO, Duration.ofMillis(500)));
        var step = new HostStep.Stepped(AT, Duration.ofHours(1));

        // when
        guest.hostStepped(step);
        guest.read(off(AT));
        var whileOff = guest.hostStep();
        guest.read(new GuestReading(Duration.ZERO, Duration.ofMillis(1), AT));
        var afterwards = guest.hostStep();
        guest.hostStepped(step);
        guest.booted();

        // then
        assertThat(whileOff).isEqualTo(step);
        assertThat(afterwards).isEqualTo(new HostStep.None());
        assertThat(guest.hostStep()).isEqualTo(new HostStep.None());
    }

    @Test
    void guestThatRebootsKeepsItsAgentUntilThatGoesAndOneThatStartsHasNone() {
        // given
        guest.connected(true);

        // when
        guest.booted();
        var rebooted = guest.isConnected();
        guest.started();

        // then
        assertThat(rebooted).isTrue();
        assertThat(guest.isConnected()).isFalse();
    }

    @Test
    void eventOvertakesWhatTheXmlSaidBefore() {
        // given
        var before = guest.connections();
        guest.connected(true);

        // when
        guest.connected(false, before);

        // then
        assertThat(guest.isConnected()).isTrue();
    }

    /** Ten seconds behind. */
    private static GuestReading off(Instant at) {
        return new GuestReading(Duration.ofSeconds(-10), Duration.ofMillis(1), at);
    }
}
