package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.domain.Yaml;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HypervisorLabelTest {
    @ParameterizedTest
    @CsvSource({
        "True, {}, true, true",
        "True, {schedulable: true}, true, true",
        "True, , true, true",
        "True, {schedulable: false}, true, false",
        "True, {}, false, false",
        "False, {}, true, false",
        "Unknown, {}, true, false"
    })
    void nodeTakesMachinesIfReadyOpenAndHeardOf(String ready, String spec, boolean isAgentAlive, boolean isDeserved) {
        // given
        var hypervisor = Yaml.read("""
                {spec: %s, status: {conditions: [
                {type: Ready, status: "%s", reason: R, message: "", lastTransitionTime: "2026-03-01T12:00:00Z"}]}}
                """.formatted(spec == null ? "null" : spec, ready), Hypervisor.class);
        // when
        var answer = HypervisorLabel.isDeserved(Optional.of(hypervisor), isAgentAlive);
        // then
        assertThat(answer).isEqualTo(isDeserved);
    }

    @Test
    void nodeOfWhichNobodyHasReportedTakesNone() {
        assertThat(HypervisorLabel.isDeserved(Optional.empty(), true)).isFalse();
        assertThat(HypervisorLabel.isDeserved(Optional.of(new Hypervisor()), true))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"meridian.dev/hypervisor, true, true", "meridian.dev/hypervisor, false, false", "other, true, false"})
    void labelIsOnlyTrue(String label, String value, boolean isOn) {
        // given
        var node = new NodeBuilder()
                .withNewMetadata()
                .withLabels(Map.of(label, value))
                .endMetadata()
                .build();
        // when, then
        assertThat(HypervisorLabel.isOn(node)).isEqualTo(isOn);
    }
}
