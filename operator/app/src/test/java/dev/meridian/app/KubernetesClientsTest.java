package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import org.junit.jupiter.api.Test;

/** One object that is odd must not break the watch of every other. */
class KubernetesClientsTest {
    @Test
    void keyAsLongAsTheApiServerTakesObjectsIsRead() {
        // given
        var key = "k".repeat(2 << 20);

        // when
        var vm = read("{\"spec\":{\"nodeSelector\":{\"" + key + "\":\"a\"}}}");

        // then
        assertThat(vm.getSpec().nodeSelector()).containsOnlyKeys(key);
    }

    @Test
    void valueOfALaterVersionIsReadAsAbsent() {
        // when
        var vm = read("{\"spec\":{\"runStrategy\":\"Tomorrow\",\"later\":1}}");

        // then
        assertThat(vm.getSpec().runStrategy()).isNull();
    }

    @Test
    void watchThatIsTooOldIsToldSo() {
        // given
        var tooOld = """
                {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
                "message":"too old resource version: 822 (889)","reason":"Expired","code":410}}
                """;

        // when
        var event = KubernetesClients.serialization().unmarshal(tooOld, WatchEvent.class);

        // then
        assertThat(event.getObject())
                .isInstanceOfSatisfying(
                        Status.class, status -> assertThat(status.getCode()).isEqualTo(410));
    }

    private static VirtualMachine read(String json) {
        return KubernetesClients.serialization().unmarshal(json, VirtualMachine.class);
    }
}
