package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.ImageNode;
import dev.meridian.api.v1alpha1.ImageNodeState;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import dev.meridian.api.v1alpha1.VirtualMachineImageStatus;
import dev.meridian.domain.placement.AgentShare;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the controller keeps in memory of objects of which there are many. */
class PrunedTest {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final String KEY = "key";

    private static Hypervisor hypervisor() {
        return JSON.unmarshal("""
                        apiVersion: meridian.dev/v1alpha1
                        kind: Hypervisor
                        metadata: {name: worker-0, managedFields: [{manager: meridian-agent}]}
                        spec: {schedulable: true}
                        status:
                          hostUUID: 0bb1f8d3-1b6f-4bd1-9e3b-4a0a2a0a7e55
                          drivers: [{uri: "qemu:///system", libvirtVersion: 9.0.0, hypervisorVersion: 7.2.22}]
                          strays: [{uid: uid-1, namespace: team-a, name: web, state: Running}]
                          conditions: [{type: Ready, status: "True", reason: Ready, message: "",
                            lastTransitionTime: "2026-01-01T00:00:00Z"}]
                        """, Hypervisor.class);
    }

    private static VirtualMachineImage image() {
        return JSON.unmarshal("""
                        apiVersion: meridian.dev/v1alpha1
                        kind: VirtualMachineImage
                        metadata: {name: base, namespace: team-a, generation: 2}
                        spec: {oci: {reference: registry.example/base, pullSecretRef: {name: login}}}
                        status:
                          checksum: sha256:0a
                          nodes:
                          - {name: worker-0, state: Ready, observedGeneration: 2}
                          - {name: worker-1, state: Ready, observedGeneration: 1}
                          - {name: worker-2, state: Fetching, progressPercent: 7, observedGeneration: 2}
                          - {name: worker-3, state: Failed, message: m, observedGeneration: 2}
                        """, VirtualMachineImage.class);
    }

    @Test
    void strayIsKnownFromWhatIsKeptOfItsHypervisor() {
        // given
        var store = Pruned.ofStrays();
        store.put(KEY, hypervisor());
        // when
        var kept = store.get(KEY);
        // then
        assertThat(kept.getStatus().strays()).isEqualTo(hypervisor().getStatus().strays());
        assertThat(kept.getStatus().drivers()).isEmpty();
        assertThat(kept.getStatus().conditions()).isEmpty();
        assertThat(kept.getMetadata().getManagedFields()).isEmpty();
    }

    @Test
    void imageIsKeptWithTheNodesThatHaveItAndNothingElseThatTheyTell() {
        // given
        var store = Pruned.ofImages();
        store.put(KEY, image());
        store.put("another", image());
        // when
        var kept = store.get(KEY);
        // then
        var entry = new ImageNode("worker-0", ImageNodeState.Ready, null, null, null);
        assertThat(kept.getStatus())
                .isEqualTo(new VirtualMachineImageStatus(null, null, null, null, List.of(entry), List.of()));
        assertThat(store.get("another").getStatus().nodes().getFirst())
                .isSameAs(kept.getStatus().nodes().getFirst());
        assertThat(MachineImages.concerns(kept, image())).isFalse();
    }

    @Test
    void machineIsKeptWithWhatSaysWhoOwnsItsReadiness() {
        // given
        var store = Pruned.<VirtualMachine>ofMachines();
        store.put(KEY, JSON.unmarshal("""
                        apiVersion: meridian.dev/v1alpha1
                        kind: VirtualMachine
                        metadata:
                          name: web
                          namespace: team-a
                          managedFields:
                          - {manager: kubectl, fieldsV1: {"f:spec": {}}}
                          - manager: meridian-agent
                            subresource: status
                            fieldsV1:
                              f:status:
                                f:guest: {f:os: {}}
                                f:conditions: {'k:{"type":"Ready"}': {f:reason: {}, f:message: {}}}
                        spec: {memory: {guest: 64Mi}}
                        """, VirtualMachine.class));
        // when
        var kept = store.get(KEY);
        // then
        assertThat(AgentShare.of(kept)).isEqualTo(new AgentShare(true, false, true));
        assertThat(kept.getMetadata().getManagedFields()).hasSize(1);
        assertThat(kept.getMetadata()
                        .getManagedFields()
                        .getFirst()
                        .getFieldsV1()
                        .toString())
                .doesNotContain("f:guest", "f:message");
    }
}
