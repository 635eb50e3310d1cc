package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Fenced;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.domain.Yaml;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
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
        var answer = HypervisorLabel.isDeserved(Optional.of(hypervisor), NodeMarks.NONE, isAgentAlive);
        // then
        assertThat(answer).isEqualTo(isDeserved);
    }

    @Test
    void nodeThatSomebodyCallsDeadTakesNone() {
        // given
        var hypervisor = Yaml.read("""
                {spec: {}, status: {conditions: [
                {type: Ready, status: "True", reason: R, message: "", lastTransitionTime: "2026-03-01T12:00:00Z"}]}}
                """, Hypervisor.class);
        var taint = new Taint("NoExecute", "node.kubernetes.io/out-of-service", null, "nodeshutdown");
        // when, then
        assertThat(HypervisorLabel.isDeserved(
                        Optional.of(hypervisor),
                        new NodeMarks(List.of(taint), Optional.empty(), Optional.empty()),
                        true))
                .isFalse();
        assertThat(HypervisorLabel.isDeserved(
                        Optional.of(hypervisor),
                        new NodeMarks(List.of(), Optional.of(new Fenced("operator", null)), Optional.empty()),
                        true))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                            | true  | its Hypervisor is not Ready
            {}                            | false | its agent is not heard of
            {schedulable: false}          | false | spec.schedulable of its Hypervisor is false
            {fenced: {by: operator}}      | false | it is called dead (spec.fenced of its Hypervisor, by operator)
            """)
    void whatKeepsANodeFromTakingMachinesIsTold(String spec, boolean isAgentAlive, String why) {
        // given
        var hypervisor = Yaml.read("{spec: %s}".formatted(spec), Hypervisor.class);
        var marks = new NodeMarks(
                List.of(), Optional.ofNullable(hypervisor.getSpec().fenced()), Optional.empty());
        // when, then
        assertThat(HypervisorLabel.missing(Optional.of(hypervisor), marks, isAgentAlive))
                .isEqualTo(why);
        assertThat(HypervisorLabel.missing(Optional.empty(), marks, isAgentAlive))
                .contains("no Hypervisor");
    }

    @Test
    void nodeOfWhichNobodyHasReportedTakesNone() {
        assertThat(HypervisorLabel.isDeserved(Optional.empty(), NodeMarks.NONE, true))
                .isFalse();
        assertThat(HypervisorLabel.isDeserved(Optional.of(new Hypervisor()), NodeMarks.NONE, true))
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
