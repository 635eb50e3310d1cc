package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachineImage;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

/** Which changes of an image concern the machines that name it. */
class MachineImagesTest {
    private static VirtualMachineImage image(String secret, String status) {
        return new KubernetesSerialization().unmarshal("""
                        apiVersion: meridian.dev/v1alpha1
                        kind: VirtualMachineImage
                        metadata: {name: base, namespace: team-a}
                        spec: {http: {url: "https://images.example/base.qcow2", secretRef: {name: %s}}}
                        status: %s
                        """.formatted(secret, status), VirtualMachineImage.class);
    }

    @Test
    void machinesAreLookedAtWhenAnImageNamesAnotherSecret() {
        // given
        var before = image("login", "{}");
        // when, then
        assertThat(MachineImages.concerns(image("other-login", "{}"), before)).isTrue();
    }

    @Test
    void noMachineIsLookedAtWhenANodeTellsHowFarItIs() {
        // given
        var before = image("login", "{nodes: [{name: worker-0, state: Fetching}]}");
        // when, then
        assertThat(MachineImages.concerns(image("login", "{nodes: [{name: worker-0, state: Ready}]}"), before))
                .isFalse();
    }
}
