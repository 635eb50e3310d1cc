package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.domain.placement.HypervisorKind;
import dev.meridian.domain.placement.HypervisorLabel;
import dev.meridian.domain.placement.NodeMarks;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the controller keeps of Hypervisors, and how it tells them apart. */
class HypervisorStoreTest {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private final HypervisorStore store = new HypervisorStore();

    private static Hypervisor hypervisor(String name, String model) {
        return JSON.unmarshal("""
                        apiVersion: meridian.dev/v1alpha1
                        kind: Hypervisor
                        metadata: {name: %s, managedFields: [{manager: meridian-agent}]}
                        spec: {schedulable: true}
                        status:
                          hostUUID: 0bb1f8d3-1b6f-4bd1-9e3b-4a0a2a0a7e55
                          drivers: [{uri: "qemu:///system", types: [{type: QEMU, machines: [q35, pc], cpuModels: [%s]}]}]
                          links: [br0]
                          strays: [{uid: uid-1, namespace: team-a, name: web, state: Running}]
                          conditions: [{type: Ready, status: "True", reason: Ready, message: "",
                            lastTransitionTime: "2026-01-01T00:00:00Z"}]
                        """.formatted(name, model), Hypervisor.class);
    }

    @Test
    void nodeKeepsItsLabelsByWhatIsKeptOfItsHypervisor() {
        // given
        var whole = hypervisor("worker-0", "EPYC");
        store.put("worker-0", hypervisor("worker-0", "EPYC"));
        // when
        var kept = store.get("worker-0");
        // then
        assertThat(HypervisorLabel.isDeserved(Optional.of(kept), NodeMarks.NONE, true))
                .isTrue();
        assertThat(HypervisorKind.of(kept)).isEqualTo(HypervisorKind.of(whole)).isPresent();
        assertThat(kept.getStatus().hostUUID()).isEqualTo("0bb1f8d3-1b6f-4bd1-9e3b-4a0a2a0a7e55");
        assertThat(kept.getStatus().strays()).isEmpty();
        assertThat(kept.getMetadata().getManagedFields()).isEmpty();
    }

    @Test
    void nodesThatOfferTheSameAreOfOneKindAndKeptAsOne() {
        // when
        store.put("worker-0", hypervisor("worker-0", "EPYC"));
        store.put("worker-1", hypervisor("worker-1", "EPYC"));
        store.put("worker-2", hypervisor("worker-2", "Denverton"));
        // then
        assertThat(store.kinds().values())
                .containsExactlyInAnyOrder(Set.of("worker-0", "worker-1"), Set.of("worker-2"));
        assertThat(store.get("worker-0").getStatus().drivers())
                .isSameAs(store.get("worker-1").getStatus().drivers());
    }

    @Test
    void kindGoesWithItsLastNode() {
        // given
        store.put("worker-0", hypervisor("worker-0", "EPYC"));
        store.put("worker-1", hypervisor("worker-1", "Denverton"));
        // when
        store.put("worker-1", hypervisor("worker-1", "EPYC"));
        store.remove("worker-0");
        // then
        assertThat(store.kinds().values()).containsExactly(Set.of("worker-1"));
    }

    @Test
    void onlyWhatIsDecidedByConcerns() {
        // given
        var before = hypervisor("worker-0", "EPYC");
        // when, then
        assertThat(NodeMarkings.concerns(hypervisor("worker-0", "EPYC"), before))
                .isFalse();
        assertThat(NodeMarkings.concerns(hypervisor("worker-0", "Denverton"), before))
                .isTrue();
    }
}
