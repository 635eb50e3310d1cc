package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.clock.LiveClock;
import dev.meridian.domain.clock.RtcChange;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MachineMemoryTest {
    private static final long SESSION = 1;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Optional<LiveClock> LIVE = Optional.of(new LiveClock(129_094_262, NOW));

    private final MachineMemory memory = new MachineMemory(new ClockChanges());

    /** The definition that a snapshot brings back is older than the event, which would be believed for ever. */
    @Test
    void clockThatWasToldBeforeASnapshotCameBackIsNotBelieved() {
        // given
        memory.liveXmlRead(SESSION, memory.liveXml(), LIVE);
        memory.rtcChanged(new RtcChange(255_328_568, NOW));

        // when
        memory.liveXmlIsNew();

        // then
        assertThat(memory.rtcChange()).isEmpty();
        assertThat(memory.liveClock()).isEmpty();
        assertThat(memory.needsLiveXml(SESSION)).isTrue();
    }

    @Test
    void snapshotThatComesBackDuringALookIsLookedAtAgain() {
        // given
        var read = memory.liveXml();

        // when
        memory.liveXmlIsNew();
        memory.liveXmlRead(SESSION, read, LIVE);

        // then
        assertThat(memory.liveClock()).isEmpty();
        assertThat(memory.needsLiveXml(SESSION)).isTrue();
    }

    /** The look that read it may come while another step is in flight, and then it decides nothing. */
    @Test
    void clockOfTheLiveXmlIsThereForEveryLookAfterItsReading() {
        // when
        memory.liveXmlRead(SESSION, memory.liveXml(), LIVE);

        // then
        assertThat(memory.liveClock()).isEqualTo(LIVE);
        assertThat(memory.needsLiveXml(SESSION)).isFalse();
    }
}
