package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.clock.RtcChange;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MachineMemoryTest {
    private static final long SESSION = 1;

    private final MachineMemory memory = new MachineMemory(new ClockChanges());

    /** The definition that a snapshot brings back is older than the event, which would be believed for ever. */
    @Test
    void clockThatWasToldBeforeASnapshotCameBackIsNotBelieved() {
        // given
        memory.liveXmlRead(SESSION, memory.liveXml());
        memory.rtcChanged(new RtcChange(255_328_568, Instant.parse("2026-01-01T00:00:00Z")));

        // when
        memory.liveXmlIsNew();

        // then
        assertThat(memory.rtcChange()).isEmpty();
        assertThat(memory.needsLiveXml(SESSION)).isTrue();
    }

    @Test
    void snapshotThatComesBackDuringALookIsLookedAtAgain() {
        // given
        var read = memory.liveXml();

        // when
        memory.liveXmlIsNew();
        memory.liveXmlRead(SESSION, read);

        // then
        assertThat(memory.needsLiveXml(SESSION)).isTrue();
    }
}
