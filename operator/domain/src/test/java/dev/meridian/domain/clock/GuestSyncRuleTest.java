package dev.meridian.domain.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.GuestSync;
import dev.meridian.api.v1alpha1.GuestSyncPolicy;
import dev.meridian.api.v1alpha1.Timers;
import dev.meridian.domain.machine.ClockBase;
import dev.meridian.domain.machine.ClockShape;
import dev.meridian.domain.metadata.ClockReading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestSyncRuleTest {
    private static final Instant WINTER = Instant.parse("2026-01-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            base                 | RTC is off by | guest belongs at | within millis
            utc 0                | 0             | 0                | 500
            utc 0                | -1            | 0                | 500
            utc 0                | 2             | 0                | 500
            utc 0                | 3             | 3                | 2500
            utc 3600             | 3600          | 3600             | 500
            utc 3600             | 3599          | 3600             | 500
            utc 3600             | 0             | 0                | 2500
            utc 0                | 98043672      | 98043672         | 2500
            Europe/Berlin        | 3600          | 0                | 500
            Europe/Berlin        | 3601          | 0                | 500
            Europe/Berlin        | 7200          | 3600             | 2500
            2013-06-05T09:13:08Z | -396658012    | -396658012       | 2500
            """)
    void guestBelongsWhereItsRealTimeClockIsOrExactlyWhereItWasPut(
            String base, long rtcOffset, long wantedSeconds, long toleranceMillis) {
        // given
        var reading = new ClockReading(rtcOffset, ClockSource.Event, WINTER, true);

        // when
        var rule = GuestSyncRule.of(
                null, new ClockShape(base(base), true, Optional.empty(), Timers.NONE), reading, WINTER);

        // then
        assertThat(rule)
                .isEqualTo(new GuestSyncRule(
                        GuestSyncPolicy.Never, Duration.ofSeconds(wantedSeconds), Duration.ofMillis(toleranceMillis)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            policy    | off by millis | stood still | is set
            Never     | -10000        | true        | false
            OnResume  | -10000        | true        | true
            OnResume  | -10000        | false       | false
            OnResume  | -601          | true        | false
            OnResume  | -606          | true        | true
            Threshold | -10000        | false       | true
            Threshold | 606           | false       | true
            Threshold | 605           | true        | false
            Threshold | 0             | true        | false
            """)
    void guestIsSetByItsPolicyWhenItIsSurelyOff(
            GuestSyncPolicy policy, long offMillis, boolean stoodStill, boolean isSet) {
        // given
        var reading = new ClockReading(3600, ClockSource.Event, WINTER, true);
        var shape = new ClockShape(new ClockBase.Utc(3600), true, Optional.empty(), Timers.NONE);
        var rule = GuestSyncRule.of(new GuestSync(policy, 600L), shape, reading, WINTER);

        // when
        var sets = rule.sets(
                new GuestReading(Duration.ofHours(1).plusMillis(offMillis), Duration.ofMillis(5), WINTER), stoodStill);

        // then
        assertThat(sets).isEqualTo(isSet);
    }

    private static ClockBase base(String text) {
        if (text.startsWith("utc ")) {
            return new ClockBase.Utc(Long.parseLong(text.substring(4)));
        }
        return text.contains("/") ? new ClockBase.Local(text) : new ClockBase.Absolute(text);
    }
}
