package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.machine.Identity;
import dev.meridian.libvirt.DomainStats;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MachineFiguresTest {
    private static final Identity WEB = new Identity("shop", "web", UUID.randomUUID());

    @Test
    void figuresAreInBaseUnits() {
        // given
        var stats = new DomainStats(
                WEB.uid(),
                Map.of(
                        "state.state", 1L,
                        "cpu.time", 1_500_000_000L,
                        "balloon.current", 1024L,
                        "balloon.rss", 2048L,
                        "block.count", 1L,
                        "block.0.rd.bytes", 512L,
                        "net.count", 1L,
                        "net.0.rx.drop", 7L),
                Map.of("block.0.name", "vda", "net.0.name", "vnet12"));
        // when
        var figures = MachineFigures.of(WEB, stats);
        // then
        assertThat(figures.state()).isEqualTo("running");
        assertThat(figures.cpuSeconds()).hasValue(1.5);
        assertThat(figures.balloonBytes()).hasValue(1 << 20);
        assertThat(figures.residentBytes()).hasValue(2 << 20);
        assertThat(figures.disks()).singleElement().satisfies(disk -> {
            assertThat(disk.name()).isEqualTo("vda");
            assertThat(disk.readBytes()).isEqualTo(OptionalLong.of(512));
            assertThat(disk.writes()).isEmpty();
        });
        assertThat(figures.interfaces()).singleElement().satisfies(face -> {
            assertThat(face.name()).isEqualTo("0");
            assertThat(face.receivedDrops()).isEqualTo(OptionalLong.of(7));
        });
    }

    @Test
    void domainThatIsOffHasAState() {
        // when
        var figures = MachineFigures.of(WEB, new DomainStats(WEB.uid(), Map.of("state.state", 5L), Map.of()));
        // then
        assertThat(figures.state()).isEqualTo("shutoff");
        assertThat(figures.cpuSeconds()).isEmpty();
        assertThat(figures.disks()).isEmpty();
    }

    @Test
    void migrationThatDidNotSucceedIsOneThatFailed() {
        // given
        var meter = new MigrationMeter();
        // when
        try (var _ = meter.begin();
                var _ = meter.begin()) {
            assertThat(meter.soFar().running()).isEqualTo(2);
        }
        // then
        assertThat(meter.soFar().running()).isZero();
        assertThat(meter.soFar().failed()).isEqualTo(2);
        assertThat(meter.soFar().succeeded()).isZero();
    }
}
