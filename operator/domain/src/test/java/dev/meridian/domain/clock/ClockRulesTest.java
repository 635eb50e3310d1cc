package dev.meridian.domain.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ClockPreset;
import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.PresenceTimer;
import dev.meridian.api.v1alpha1.Timers;
import dev.meridian.domain.clock.ClockRules.Left;
import dev.meridian.domain.machine.ClockBase;
import dev.meridian.domain.machine.ClockShape;
import dev.meridian.domain.metadata.ClockReading;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules (a) and (b) of the guest's clock, row by row. Times are seconds after the last reading. */
class ClockRulesTest {
    private static final Instant READ = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant NOW = READ.plusSeconds(60);

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            stored | live                 | believed             | certain
            100    | 97                   | 97                   | true
            100    | 98                   |                      |
            100    | 99                   |                      |
            100    | 100                  |                      |
            100    | 101                  |                      |
            100    | 102                  | 102                  | true
            -1     | 0                    |                      |
            -1     | 1                    | 1                    | true
            0      | 2147480000           | 2147480000           | true
            0      | 2147480001           | 2147480001           | false
            0      | -1700000000          | -1700000000          | true
            0      | -2147480000          | 2147487296           | false
            0      | -2147480001          | -2147480001          | false
            0      | 9223372036854775807  | 9223372036854775807  | false
            -2     | 9223372036854775807  | 9223372036854775807  | false
            0      | -9223372036854775808 | -9223372036854775808 | false
            100    |                      |                      |
            """)
    void liveXmlIsBelievedFromTwoSecondsAheadAndThreeBehind(
            long stored, @Nullable Long live, @Nullable Long believed, @Nullable Boolean certain) {
        // given
        var before = new ClockReading(stored, ClockSource.Event, READ, true);
        // when
        var after =
                ClockRules.observed(before, Optional.empty(), optional(live), ZoneOffset.UTC, Optional.empty(), NOW);
        // then
        assertThat(after)
                .isEqualTo(
                        believed == null || certain == null
                                ? before
                                : new ClockReading(believed, ClockSource.LiveXml, NOW, certain));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            event                | after  | live | certain
            100                  | 0.001  |      | true
            101                  | 0.001  |      | true
            99                   | 59     | 500  | true
            5608755              | 3600   | 100  | true
            2147480000           | 1      |      | true
            2147480001           | 1      |      | false
            -1700000000          | 1      |      | true
            -2147480001          | 1      |      | false
            -9223372036854775808 | 1      |      | false
            """)
    void laterEventIsAlwaysBelieved(long event, double after, @Nullable Long live, boolean certain) {
        // given
        var before = new ClockReading(100, ClockSource.LiveXml, READ, true);
        // when
        var reading =
                ClockRules.observed(before, event(event, after), optional(live), ZoneOffset.UTC, Optional.empty(), NOW);
        // then
        assertThat(reading).isEqualTo(new ClockReading(event, ClockSource.Event, at(after), certain));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            source   | after  | live | offset | read from
            Event    | -0.001 |      | 100    | Event
            Event    | -60    |      | 100    | Event
            Event    | -60    | 101  | 100    | Event
            Event    | -60    | 102  | 102    | LiveXml
            LiveXml  | 0      |      | 100    | LiveXml
            Restored | 0      |      | 100    | Restored
            Spec     | 0      |      | 100    | Spec
            """)
    void eventOfAnEarlierTimeOrRunIsIgnored(
            ClockSource source, double after, @Nullable Long live, long offset, ClockSource readFrom) {
        // given
        var before = new ClockReading(100, source, READ, true);
        // when
        var reading =
                ClockRules.observed(before, event(777, after), optional(live), ZoneOffset.UTC, Optional.empty(), NOW);
        // then
        assertThat(reading.offsetSeconds()).isEqualTo(offset);
        assertThat(reading.source()).isEqualTo(readFrom);
    }

    @ParameterizedTest
    @CsvSource({"100", "777"})
    void lastOfTwoEventsInOneMillisecondIsBelieved(long second) {
        // given
        var before = new ClockReading(100, ClockSource.Event, READ, true);
        // when
        var reading =
                ClockRules.observed(before, event(second, 0), Optional.empty(), ZoneOffset.UTC, Optional.empty(), NOW);
        // then
        assertThat(reading).isEqualTo(new ClockReading(second, ClockSource.Event, READ, true));
    }

    @ParameterizedTest
    @CsvSource({
        // libvirt's zone, what it reads of a guest that is in July while it is January here; believed, certain
        "America/New_York, 19606755, 19610355, true", // as stored, without its hour of summer time
        "America/New_York, 19610355, 19610355, true", // as stored
        "America/New_York, 19000000, 19003600, false",
        "America/New_York, 86400, 86400, true", // winter, here and there
        "America/Bogota, 19000000, 19000000, true",
        "UTC, 19606755, 19606755, true",
    })
    void summerTimeThatLibvirtForgetsAtItsStartIsAddedAgain(String zone, long live, long believed, boolean certain) {
        // given
        var january = Instant.parse("2026-01-01T12:00:00Z");
        var stored = new ClockReading(19_610_355, ClockSource.Event, january.minusSeconds(60), true);
        // when
        var reading = ClockRules.observed(
                stored,
                Optional.empty(),
                Optional.of(new LiveClock(live, january)),
                ZoneId.of(zone),
                Optional.empty(),
                january);
        // then
        assertThat(reading.offsetSeconds()).isEqualTo(believed);
        assertThat(reading.certain()).isEqualTo(certain);
    }

    @ParameterizedTest
    @CsvSource({
        // the guest's year; QEMU's offset; believed, certain
        "2099, -2019448029, 2275519267, false",
        "2094, 2147480000, 2147480000, true",
        "1970, -1772366400, -1772366400, true",
        "1969, -1772366402, 2522600894, false",
    })
    void offsetThatQemuHasWrappedIsNotBelieved(int year, long told, long believed, boolean certain) {
        // given
        var stored = new ClockReading(0, ClockSource.Spec, READ.minusSeconds(1), true);
        var march = Instant.parse("2026-03-01T12:00:00Z");
        // when
        var reading = ClockRules.observed(
                stored,
                Optional.of(new RtcChange(told, march)),
                Optional.empty(),
                ZoneOffset.UTC,
                Optional.empty(),
                march);
        // then
        assertThat(reading).isEqualTo(new ClockReading(believed, ClockSource.Event, march, certain));
    }

    @Test
    void eventCountsThoughTheHostsClockWasPutBackBeforeIt() {
        // given
        var stored = new ClockReading(100, ClockSource.Event, NOW.plusSeconds(3600), true);
        // when
        var reading = ClockRules.observed(
                stored, Optional.of(new RtcChange(777, NOW)), Optional.empty(), ZoneOffset.UTC, Optional.empty(), NOW);
        // then
        assertThat(reading).isEqualTo(new ClockReading(777, ClockSource.Event, NOW, true));
        assertThat(ClockRules.nextWrite(stored, NOW)).isEqualTo(Instant.MIN);
    }

    @Test
    void eventThatFollowsFromASyncIsOfThatSource() {
        // given
        var stored = new ClockReading(100, ClockSource.Restored, READ, true);
        var at = READ.plusSeconds(5);
        // when
        var reading = ClockRules.observed(
                stored,
                Optional.of(ClockRules.besideASync(new RtcChange(101, at), stored)),
                Optional.empty(),
                ZoneOffset.UTC,
                Optional.empty(),
                NOW);
        // then
        assertThat(reading).isEqualTo(new ClockReading(100, ClockSource.GuestSync, at, true));
    }

    @ParameterizedTest
    @EnumSource
    void onlyAfterAnEventTheNextWriteWaitsASecond(ClockSource source) {
        // given
        var stored = new ClockReading(100, source, READ, true);
        // when
        var next = ClockRules.nextWrite(stored, NOW);
        // then
        assertThat(next)
                .isEqualTo(
                        switch (source) {
                            case Event, GuestSync -> READ.plusSeconds(1);
                            case LiveXml, Hook, Spec, Restored -> Instant.MIN;
                        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            wished | persist | wished before | left        | certain | begins with | from     | and is certain
            0      | true    | 0             | 5608755     | true    | 5608755     | Restored | true
            0      | true    | 0             | 5608755     | false   | 5608755     | Restored | false
            0      | true    | 0             | 0           | true    | 0           | Restored | true
            3600   | true    | 3600          | -7          | true    | -7          | Restored | true
            3600   | true    | 0             | -7          | true    | 3600        | Spec     | true
            0      | true    | 3600          | 3600        | false   | 0           | Spec     | true
            3600   | false   | 3600          | -7          | true    | 3600        | Spec     | true
            3600   | false   | 0             | -7          | false   | 3600        | Spec     | true
            3600   | true    |               |             |         | 3600        | Spec     | true
            3600   | false   |               |             |         | 3600        | Spec     | true
            3600   | true    |               | -7          | true    | 3600        | Spec     | true
            0      | true    | 0             | 2147480000  | true    | 2147480000  | Restored | true
            0      | true    | 0             | 2147480001  | false   | 0           | Spec     | true
            0      | true    | 0             | -2147480000 | true    | -2147480000 | Restored | true
            0      | true    | 0             | -2147480001 | false   | 0           | Spec     | true
            """)
    void startBeginsWithWhatTheGuestLeftOrElseWithTheSpec(
            long wished,
            boolean persist,
            @Nullable Long wishedBefore,
            @Nullable Long left,
            @Nullable Boolean certain,
            long beginsWith,
            ClockSource from,
            boolean isCertain) {
        // given
        var last = wishedBefore == null || left == null || certain == null
                ? Optional.<Left>empty()
                : Optional.of(new Left(
                        utc(wishedBefore, persist), READ, new ClockReading(left, ClockSource.Event, READ, certain)));
        // when
        var start = ClockRules.atStart(utc(wished, persist), last, NOW);
        // then
        assertThat(start).isEqualTo(new ClockReading(beginsWith, from, NOW, isCertain));
    }

    @Test
    void liveXmlIsBelievedOverTheEventThatIsStoredAlready() {
        // given
        var event = event(100, 0);
        var stored =
                new ClockReading(100, ClockSource.Event, event.orElseThrow().at(), true);
        // when
        var reading = ClockRules.observed(stored, event, optional(5_000L), ZoneOffset.UTC, Optional.empty(), NOW);
        // then
        assertThat(reading).isEqualTo(new ClockReading(5_000, ClockSource.LiveXml, NOW, true));
    }

    @ParameterizedTest
    @CsvSource({
        // when the XML was read, after what is stored; believed
        "-0.001, 100",
        "0, 5000",
        "0.001, 5000",
    })
    void liveXmlIsBelievedUntilSomethingIsStoredAfterIt(double after, long believed) {
        // given
        var stored = new ClockReading(100, ClockSource.Event, READ, true);
        // when
        var reading = ClockRules.observed(
                stored,
                Optional.empty(),
                Optional.of(new LiveClock(5_000, at(after))),
                ZoneOffset.UTC,
                Optional.empty(),
                NOW);
        // then
        assertThat(reading.offsetSeconds()).isEqualTo(believed);
    }

    @ParameterizedTest
    @CsvSource({
        // what the XML says; believed
        "97, 97",
        "98, 100",
        "102, 100",
        "103, 103",
    })
    void liveXmlBesideASyncOfOursIsNoChange(long live, long believed) {
        // given
        var stored = new ClockReading(100, ClockSource.GuestSync, READ, true);
        // when
        var reading =
                ClockRules.observed(stored, Optional.empty(), optional(live), ZoneOffset.UTC, Optional.empty(), NOW);
        // then
        assertThat(reading.offsetSeconds()).isEqualTo(believed);
    }

    @Test
    void liveXmlCountsThoughTheHostsClockWasPutBackBeforeIt() {
        // given
        var stored = new ClockReading(100, ClockSource.Event, NOW.plusSeconds(3600), true);
        // when
        var reading =
                ClockRules.observed(stored, Optional.empty(), optional(777L), ZoneOffset.UTC, Optional.empty(), NOW);
        // then
        assertThat(reading).isEqualTo(new ClockReading(777, ClockSource.LiveXml, NOW, true));
    }

    @ParameterizedTest
    @CsvSource({"-7", "100"})
    void changedOffsetWinsAtOneStartOnly(long setByTheGuest) {
        // given
        var before = utc(0, true);
        var wished = utc(3600, true);
        var seen = new ClockReading(5, ClockSource.Event, READ.minusSeconds(9), true);
        var first = ClockRules.atStart(wished, Optional.of(new Left(before, READ.minusSeconds(20), seen)), READ);
        var left = ClockRules.observed(
                first, event(setByTheGuest, 1), Optional.empty(), ZoneOffset.UTC, Optional.empty(), NOW);
        // when
        var second = ClockRules.atStart(wished, Optional.of(new Left(wished, READ, left)), NOW);
        // then
        assertThat(first).isEqualTo(new ClockReading(3600, ClockSource.Spec, READ, true));
        assertThat(second).isEqualTo(new ClockReading(setByTheGuest, ClockSource.Restored, NOW, true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            wished | persist | read                 | defined
            0      | true    | 5608755              | 5608755
            3600   | true    | -7                   | -7
            3600   | false   | -7                   | 3600
            3600   | true    | 2147480000           | 2147480000
            3600   | true    | 2147480001           | 3600
            3600   | true    | -2147480000          | -2147480000
            3600   | true    | -2147480001          | 3600
            3600   | true    | -9223372036854775808 | 3600
            """)
    void definitionHoldsWhatAStartByAnybodyShouldBeginWith(long wished, boolean persist, long read, long defined) {
        // given
        var reading = new ClockReading(read, ClockSource.Event, READ, true);
        // when
        var offset = ClockRules.definitionOffset(utc(wished, persist), reading, READ);
        // then
        assertThat(offset).isEqualTo(defined);
    }

    private static Optional<RtcChange> event(long offsetSeconds, double after) {
        return Optional.of(new RtcChange(offsetSeconds, at(after)));
    }

    private static Instant at(double after) {
        return READ.plus(Duration.ofMillis(Math.round(after * 1000)));
    }

    private static Optional<LiveClock> optional(@Nullable Long value) {
        return Optional.ofNullable(value).map(v -> new LiveClock(v, NOW));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            zone                | began                | left  | now                  | beginsWith | from     | why
            Europe/Berlin       |                      |       | 2026-01-10T00:00:00Z | 3600       | Spec     | winter
            Europe/Berlin       |                      |       | 2026-07-10T00:00:00Z | 7200       | Spec     | summer
            America/New_York    |                      |       | 2026-07-10T00:00:00Z | -14400     | Spec     | summer there
            Asia/Kolkata        |                      |       | 2026-07-10T00:00:00Z | 19800      | Spec     | half an hour
            Etc/UTC             |                      |       | 2026-07-10T00:00:00Z | 0          | Spec     | none
            Europe/Berlin       | 2026-01-10T00:00:00Z | 3600  | 2026-07-10T00:00:00Z | 7200       | Spec     | never set
            Europe/Berlin       | 2026-01-10T00:00:00Z | 3599  | 2026-07-10T00:00:00Z | 7200       | Spec     | rounded
            Europe/Berlin       | 2026-01-10T00:00:00Z | 7200  | 2026-07-10T00:00:00Z | 7200       | Restored | set for summer by the guest
            Europe/Berlin       | 2026-01-10T00:00:00Z | 3602  | 2026-07-10T00:00:00Z | 3602       | Restored | set by the guest
            Europe/Berlin       | 2026-07-10T00:00:00Z | 7200  | 2026-07-11T00:00:00Z | 7200       | Spec     | the same season
            """)
    void clockOfAZoneGoesByItsRuleUntilTheGuestSetsIt(
            String zone,
            @Nullable Instant began,
            @Nullable Long left,
            Instant now,
            long beginsWith,
            ClockSource from,
            String why) {
        // given
        var wished = new ClockShape(new ClockBase.Local(zone), true, Optional.empty(), Timers.NONE);
        var last = began == null || left == null
                ? Optional.<Left>empty()
                : Optional.of(new Left(wished, began, new ClockReading(left, ClockSource.Event, began, true)));
        // when
        var start = ClockRules.atStart(wished, last, now);
        // then
        assertThat(start).as(why).isEqualTo(new ClockReading(beginsWith, from, now, true));
    }

    @ParameterizedTest
    @CsvSource({"true, 86400, Restored", "false, 82800, Spec"})
    void absoluteTimeBeginsOnceOrWithoutPersistAtEachStart(boolean persist, long beginsWith, ClockSource from) {
        // given
        var begin = Instant.parse("2026-01-10T00:00:00Z");
        var wished =
                new ClockShape(new ClockBase.Absolute("2026-01-11T00:00:00Z"), persist, Optional.empty(), Timers.NONE);
        var first = ClockRules.atStart(wished, Optional.empty(), begin);
        // when
        var second = ClockRules.atStart(wished, Optional.of(new Left(wished, begin, first)), begin.plusSeconds(3600));
        // then
        assertThat(first.offsetSeconds()).isEqualTo(86_400);
        assertThat(second.offsetSeconds()).isEqualTo(beginsWith);
        assertThat(second.source()).isEqualTo(from);
    }

    @Test
    void changedTimersAreNoChangeOfTheClock() {
        // given
        var ran = new ClockShape(new ClockBase.Utc(0), true, Optional.of(ClockPreset.Linux), Timers.NONE);
        var wished = new ClockShape(
                new ClockBase.Utc(0),
                true,
                Optional.of(ClockPreset.Windows),
                new Timers(null, null, new PresenceTimer(true), null, null, null, null));
        var left = new ClockReading(5_608_755, ClockSource.Event, READ, true);
        // when
        var start = ClockRules.atStart(wished, Optional.of(new Left(ran, READ, left)), NOW);
        // then
        assertThat(start).isEqualTo(new ClockReading(5_608_755, ClockSource.Restored, NOW, true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mars/Phobos                    | spec.clock.timezone: Mars/Phobos is no zone
            UTC+1                          | spec.clock.timezone: UTC+1 is no zone
            """)
    void zoneThatDoesNotExistIsNamed(String zone, String problem) {
        assertThat(new ClockBase.Local(zone).problem(NOW).orElseThrow()).startsWith(problem);
        assertThat(new ClockBase.Local("Europe/Berlin").problem(NOW)).isEmpty();
    }

    @Test
    void timeThatQemuCannotKeepIsNamed() {
        assertThat(new ClockBase.Absolute("2013-06-05T09:13:08Z").problem(NOW)).isEmpty();
        assertThat(new ClockBase.Absolute("1901-01-01T00:00:00Z").problem(NOW).orElseThrow())
                .contains("1901-01-01T00:00:00Z is more than 68 years from now");
        assertThat(new ClockBase.Absolute("2013-13-05T09:13:08Z").problem(NOW).orElseThrow())
                .contains("2013-13-05T09:13:08Z is no time");
    }

    private static ClockShape utc(long offset, boolean persist) {
        return new ClockShape(new ClockBase.Utc(offset), persist, Optional.empty(), Timers.NONE);
    }
}
