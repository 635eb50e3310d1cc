package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import org.junit.jupiter.api.Test;

/** One object that is odd must not break the watch of every other. */
class KubernetesClientsTest {
    @Test
    void keyAsLongAsTheApiServerTakesObjectsIsRead() {
        // given
        var key = "k".repeat(2 << 20);
        try (var client = KubernetesClients.open("test")) {

            // when
            var vm = client.getKubernetesSerialization()
                    .unmarshal("{\"spec\":{\"nodeSelector\":{\"" + key + "\":\"a\"}}}", VirtualMachine.class);

            // then
            assertThat(vm.getSpec().nodeSelector()).containsOnlyKeys(key);
        }
    }

    @Test
    void valueOfALaterVersionIsReadAsAbsent() {
        // given
        try (var client = KubernetesClients.open("test")) {

            // when
            var vm = client.getKubernetesSerialization()
                    .unmarshal("{\"spec\":{\"runStrategy\":\"Tomorrow\",\"later\":1}}", VirtualMachine.class);

            // then
            assertThat(vm.getSpec().runStrategy()).isNull();
        }
    }
}
