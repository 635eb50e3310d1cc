package dev.meridian.domain.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MemoryGrowthTest {
    @Test
    void onlyNodeIsGivenAllAtOnce() {
        assertThat(new MemoryGrowth(1024, 1, 128).missing(256)).isEqualTo(Map.of(0, 768L));
    }

    @Test
    void stepsGoToTheNodesInTurn() {
        assertThat(new MemoryGrowth(640, 2, 128).missing(256)).isEqualTo(Map.of(0, 256L, 1, 128L));
        assertThat(new MemoryGrowth(384, 3, 128).missing(256)).isEqualTo(Map.of(2, 128L));
    }

    @Test
    void smallGrowthsComeOutAsALargeOneDoes() {
        var given = new TreeMap<Integer, Long>();

        for (var size = 256L; size < 1408; size += 128) {
            new MemoryGrowth(size + 128, 4, 128)
                    .missing(size)
                    .forEach((cell, mebibytes) -> given.merge(cell, mebibytes, Long::sum));
        }

        assertThat(given).isEqualTo(new MemoryGrowth(1408, 4, 128).missing(256));
    }

    @Test
    void nodeIsGivenWholeHugePages() {
        assertThat(new MemoryGrowth(5120, 2, 1024).missing(2048)).isEqualTo(Map.of(0, 2048L, 1, 1024L));
    }

    @Test
    void nothingIsMissingOfWhatTheGuestHasOrMore() {
        assertThat(new MemoryGrowth(640, 2, 128).missing(640)).isEmpty();
        assertThat(new MemoryGrowth(640, 2, 128).missing(768)).isEmpty();
    }
}
