package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.Samples;
import dev.meridian.domain.Yaml;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pod's object says of the room that it holds. */
class ReservedPodTest {
    private static final VirtualMachine VM = Yaml.read("""
            metadata: {name: web, namespace: team-a, uid: 22222222-2222-4222-8222-222222222222}
            spec: {memory: {guest: 256Mi}}
            """, VirtualMachine.class);

    private static PodBuilder pod(long attempt) {
        return new PodBuilder(ReservationPod.of(VM, attempt, new Placement.Anywhere(), ReservationOptions.DEFAULT))
                .editMetadata()
                .withUid("pod-uid-" + attempt)
                .withCreationTimestamp(Samples.NOW.toString())
                .endMetadata();
    }

    private static ReservedPod read(Pod pod) {
        return ReservedPod.of(VM, Stream.of(pod)).getFirst();
    }

    @Test
    void requestsAreThoseOfOurContainerWhateverStandsBesideIt() {
        // given
        var sidecar = new ContainerBuilder()
                .withName("proxy")
                .withNewResources()
                .addToRequests("memory", new Quantity("64Mi"))
                .endResources()
                .build();
        // when
        var pod = read(pod(1).editSpec().addToContainers(0, sidecar).endSpec().build());
        // then
        assertThat(pod.requests()).containsEntry("memory", new Quantity("478674944"));
    }

    @Test
    void nameOfAnyMachineIsANameOfAPod() {
        // given
        var vm = Yaml.read(Yaml.tree(VM), VirtualMachine.class);
        vm.getMetadata().setName("a".repeat(63));
        // when
        var name = ReservationPod.name(vm, 1_000_000);
        // then
        assertThat(name).hasSize(63).endsWith("aaa-22222222-1000000");
    }

    @Test
    void anotherPodThanTheRecordedCountsAsALaterReservation() {
        // given
        var older = read(pod(1).editSpec()
                .withNodeName("worker-0")
                .endSpec()
                .withNewStatus()
                .withConditions(PlacementFacts.SCHEDULED)
                .endStatus()
                .build());
        var before = Optional.of(new Reservation("web-22222222-2", "pod-uid-2", "worker-1", 2L, null));
        // when
        var recorded = older.recorded(before);
        // then
        assertThat(recorded).isEqualTo(new Reservation("web-22222222-1", "pod-uid-1", "worker-0", 3L, null));
        assertThat(older.recorded(Optional.of(recorded))).isEqualTo(recorded);
    }

    private static String status(String phase) {
        return phase.equals("Bound")
                ? "{phase: Pending, conditions: [{type: PodScheduled, status: \"True\"}]}"
                : "{phase: " + phase + "}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''         | Pending |                            | Waiting  | false
            worker-0   | Bound   |                            | Bound    | false
            worker-0   | Pending |                            | Waiting  | false
            worker-0   | Running |                            | Bound    | true
            worker-0   | Running | deletionTimestamp: "2026-03-01T12:00:00Z" | Ending   | false
            worker-0   | Failed  |                            | Rejected | false
            """)
    void podIsAdmittedWhileItsContainerRunsAndNobodyHasDeletedIt(
            String node, String phase, String deletion, String state, boolean admitted) {
        // given
        var pod = Yaml.read("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web-22222222-1
                  creationTimestamp: "2026-03-01T11:00:00Z"
                  %s
                spec:
                  nodeName: "%s"
                  containers: [{name: reservation}]
                status: %s
                """.formatted(deletion == null ? "" : deletion, node, status(phase)), Pod.class);

        // when
        var reserved = ReservedPod.of(pod);

        // then
        assertThat(reserved.state().getClass().getSimpleName()).isEqualTo(state);
        assertThat(reserved.admitted()).isEqualTo(admitted);
    }
}
