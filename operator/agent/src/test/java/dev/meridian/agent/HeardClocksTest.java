package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When another node's word of its clock was heard: the first time counts, later sights of the same word do not. */
class HeardClocksTest {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final HeardClocks clocks = new HeardClocks(() -> now);

    @Test
    void firstHearingOfAWordCountsUntilThereIsAnother() {
        // given
        var migration = migration(MigrationPhase.Preparing);
        clocks.hear(migration, null);
        assertThat(clocks.at(migration)).isEmpty();
        var first = now;

        // when
        clocks.hear(migration, "one");
        now = now.plusSeconds(9);
        clocks.hear(migration, "one");

        // then
        assertThat(clocks.at(migration)).contains(first);
        clocks.hear(migration, "two");
        assertThat(clocks.at(migration)).contains(now);
    }

    @Test
    void migrationThatIsOverIsForgotten() {
        // given
        clocks.hear(migration(MigrationPhase.Running), "one");

        // when
        clocks.hear(migration(MigrationPhase.Failed), "one");

        // then
        assertThat(clocks.at(migration(MigrationPhase.Running))).isEmpty();
    }

    private static VirtualMachineMigration migration(MigrationPhase phase) {
        var migration = new VirtualMachineMigration();
        migration.setMetadata(new ObjectMetaBuilder().withUid("uid").build());
        migration.setStatus(new VirtualMachineMigrationStatus(
                null, phase, null, null, null, null, null, null, null, null, null, null, List.of()));
        return migration;
    }
}
