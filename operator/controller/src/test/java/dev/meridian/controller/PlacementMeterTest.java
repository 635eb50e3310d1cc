package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MigrationPhase;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacementMeterTest {
    private final PlacementMeter meter = new PlacementMeter();

    @Test
    void phasesInWhichMigrationsEndAreCountedFromNoneOn() {
        // given
        var before = meter.migrations();
        // when
        Stream.of(MigrationPhase.values()).forEach(meter::migration);
        meter.migration(MigrationPhase.Failed);
        // then
        assertThat(before).isEqualTo(Map.of("Succeeded", 0L, "Failed", 0L, "Cancelled", 0L));
        assertThat(meter.migrations()).isEqualTo(Map.of("Succeeded", 1L, "Failed", 2L, "Cancelled", 1L));
    }

    @Test
    void clockOfTheApiServerMayBeAhead() {
        // when
        meter.placed(Duration.ofSeconds(-1));
        meter.placed(Duration.ofSeconds(5));
        // then
        assertThat(meter.placements()).isEqualTo(2);
        assertThat(meter.waits().counts()).startsWith(1L, 1L);
        assertThat(meter.waits().sumSeconds()).isEqualTo(5);
    }
}
