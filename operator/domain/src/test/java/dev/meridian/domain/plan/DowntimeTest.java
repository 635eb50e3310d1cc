package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HypervisorType;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DowntimeTest {
    @Test
    void atFirstATenthIsLetPass() {
        assertThat(Downtime.atFirst(HypervisorType.KVM, OptionalInt.empty()).now())
                .isEqualTo(Duration.ofMillis(30));
        assertThat(Downtime.atFirst(HypervisorType.KVM, OptionalInt.of(2000)).now())
                .isEqualTo(Duration.ofMillis(200));
        assertThat(Downtime.atFirst(HypervisorType.KVM, OptionalInt.of(1)).now())
                .isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void guestOfEmulatedCpusIsSentInAsFewPassesAsQemuLetsItBe() {
        var usual = Downtime.atFirst(HypervisorType.QEMU, OptionalInt.empty());

        assertThat(usual.now()).isEqualTo(Downtime.USUAL);
        assertThat(usual.after(2)).isEqualTo(usual);
        assertThat(Downtime.atFirst(HypervisorType.QEMU, OptionalInt.of(2000)).now())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void theFirstPassLengthensNothing() {
        var first = Downtime.atFirst(HypervisorType.KVM, OptionalInt.empty());

        assertThat(first.after(0)).isEqualTo(first);
        assertThat(first.after(1)).isEqualTo(first);
    }

    @Test
    void aGuestThatChangesItsMemoryFasterIsLetStandLongerUpToTheMost() {
        var steps = Stream.iterate(
                        Downtime.atFirst(HypervisorType.KVM, OptionalInt.empty()), downtime -> downtime.after(2))
                .limit(9)
                .map(downtime -> downtime.now().toMillis());

        assertThat(steps).containsExactly(30L, 45L, 67L, 101L, 151L, 227L, 300L, 300L, 300L);
    }
}
