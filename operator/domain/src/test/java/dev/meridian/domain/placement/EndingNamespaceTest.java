package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.Yaml;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A machine in a namespace that is being deleted. */
class EndingNamespaceTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "false, false, CreatePod",
        "false, true, RemoveFinalizer",
        "true, false, DeleteMachine",
        "true, true, RemoveFinalizer",
    })
    void machineOfAnEndingNamespaceIsDeletedAndThenLetGo(boolean namespaceEnds, boolean deleted, String step) {
        // given
        var vm = machine(deleted);

        // when
        var next = PlacementPlanner.next(new PlacementView(
                vm,
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                namespaceEnds,
                false,
                ReservationOptions.DEFAULT,
                NOW,
                List.of(),
                MigrationTraffic.NONE,
                NodeMarks.NONE,
                Optional.empty(),
                false,
                Optional.empty()));

        // then
        assertThat(next.getClass().getSimpleName()).isEqualTo(step);
    }

    private static VirtualMachine machine(boolean deleted) {
        var vm = Yaml.read("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata:
                  name: web
                  namespace: team-a
                  uid: 22222222-2222-4222-8222-222222222222
                  generation: 1
                spec:
                  memory: {guest: 256Mi}
                """, VirtualMachine.class);
        vm.getMetadata().setFinalizers(List.of(Meridian.FINALIZER));
        vm.getMetadata().setDeletionTimestamp(deleted ? NOW.toString() : null);
        return vm;
    }
}
