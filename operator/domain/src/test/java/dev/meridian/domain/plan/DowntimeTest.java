package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DowntimeTest {
    @Test
    void atFirstATenthIsLetPass() {
        assertThat(Downtime.atFirst(OptionalInt.empty()).now()).isEqualTo(Duration.ofMillis(30));
        assertThat(Downtime.atFirst(OptionalInt.of(2000)).now()).isEqualTo(Duration.ofMillis(200));
        assertThat(Downtime.atFirst(OptionalInt.of(1)).now()).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void theFirstPassLengthensNothing() {
        var first = Downtime.atFirst(OptionalInt.empty());

        assertThat(first.after(0)).isEqualTo(first);
        assertThat(first.after(1)).isEqualTo(first);
    }

    @Test
    void aGuestThatChangesItsMemoryFasterIsLetStandLongerUpToTheMost() {
        var steps = Stream.iterate(Downtime.atFirst(OptionalInt.empty()), downtime -> downtime.after(2))
                .limit(9)
                .map(downtime -> downtime.now().toMillis());

        assertThat(steps).containsExactly(30L, 45L, 67L, 101L, 151L, 227L, 300L, 300L, 300L);
    }
}
