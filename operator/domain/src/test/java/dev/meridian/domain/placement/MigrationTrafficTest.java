package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationSource;
import dev.meridian.api.v1alpha1.MigrationSource.MigrationSourceState;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MigrationTrafficTest {
    private static final MigrationTraffic.Entry OWN = entry("own", MigrationPhase.Preparing, null);

    @ParameterizedTest
    @EnumSource(
            value = MigrationSourceState.class,
            names = {"Away", "Stayed"})
    void aGuestThatHasGoneOrStaysLeavesRoomForTheNext(MigrationSourceState settled) {
        var others = List.of(
                entry("a", MigrationPhase.Running, MigrationSourceState.Migrating),
                entry("b", MigrationPhase.Running, settled));

        var traffic = MigrationTraffic.of(OWN, others, MigrationTraffic.Limits.USUAL);

        assertThat(traffic.untilItRuns()).isEmpty();
        assertThat(traffic.begun()).isEqualTo(1);
    }

    @Test
    void twoGuestsThatAreUnderWayLeaveNone() {
        var others = List.of(
                entry("a", MigrationPhase.Running, MigrationSourceState.Migrating),
                entry("b", MigrationPhase.Running, null));

        assertThat(MigrationTraffic.of(OWN, others, MigrationTraffic.Limits.USUAL)
                        .untilItRuns())
                .hasValueSatisfying(why -> assertThat(why).startsWith("2 guests leave the node"));
    }

    private static MigrationTraffic.Entry entry(
            String name, MigrationPhase phase, @Nullable MigrationSourceState source) {
        var migration = new VirtualMachineMigration();
        migration.setMetadata(new ObjectMetaBuilder()
                .withNamespace("team-a")
                .withName(name)
                .withCreationTimestamp("2026-03-01T12:00:00Z")
                .build());
        migration.setStatus(new VirtualMachineMigrationStatus(
                1L,
                phase,
                null,
                "worker-0",
                "worker-1",
                null,
                null,
                source == null ? null : new MigrationSource(source, null, null),
                null,
                null,
                null,
                null,
                List.of()));
        return new MigrationTraffic.Entry(migration, "worker-0", 0);
    }
}
