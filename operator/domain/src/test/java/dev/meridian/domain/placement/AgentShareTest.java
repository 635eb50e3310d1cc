package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.Yaml;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AgentShareTest {
    private static final String READY = """
            {f:status: {f:conditions: {'k:{"type":"Ready"}': {f:reason: {}, f:status: {}}}}}""";
    private static final String ONLY_TYPE = """
            {f:status: {f:conditions: {'k:{"type":"Ready"}': {f:type: {}}}}}""";
    private static final String RUNNING = """
            {f:status: {f:conditions: {'k:{"type":"Running"}': {f:reason: {}}}}}""";

    static Stream<Arguments> shares() {
        return Stream.of(
                Arguments.of("meridian-agent", "status", READY, new AgentShare(true, false, true)),
                Arguments.of("meridian-agent", "status", ONLY_TYPE, new AgentShare(true, false, false)),
                Arguments.of("meridian-agent", "status", RUNNING, new AgentShare(true, false, false)),
                Arguments.of(
                        "meridian-agent", "status", "{f:status: {f:power: {}}}", new AgentShare(true, false, false)),
                Arguments.of(
                        "meridian-agent",
                        "status",
                        "{f:status: {f:power: {f:state: {}}}}",
                        new AgentShare(true, true, false)),
                Arguments.of("meridian-agent", "status", "null", new AgentShare(true, false, false)),
                Arguments.of("meridian-agent", "''", READY, new AgentShare(false, false, false)),
                Arguments.of("meridian-controller", "status", READY, new AgentShare(false, false, false)));
    }

    @ParameterizedTest
    @MethodSource("shares")
    void shareIsWhatTheApiServerRecords(String manager, String subresource, String fields, AgentShare share) {
        // given
        var vm = Yaml.read(
                "metadata: {managedFields: [{manager: %s, subresource: %s, fieldsV1: %s}]}"
                        .formatted(manager, subresource, fields),
                VirtualMachine.class);
        // when, then
        assertThat(AgentShare.of(vm)).isEqualTo(share);
    }

    @ParameterizedTest
    @MethodSource("shares")
    void recordThatIsKeptSaysTheSameWithNothingElse(
            String manager, String subresource, String fields, AgentShare share) {
        // given
        var vm = Yaml.read(
                "metadata: {managedFields: [{manager: %s, subresource: %s, fieldsV1: %s}]}"
                        .formatted(manager, subresource, fields),
                VirtualMachine.class);
        // when
        var kept = vm.getMetadata().getManagedFields().stream()
                .map(AgentShare::slim)
                .toList();
        vm.getMetadata().setManagedFields(kept);
        // then
        assertThat(AgentShare.of(vm)).isEqualTo(share);
        assertThat(kept.getFirst().getFieldsV1().getAdditionalProperties()).containsOnlyKeys("f:status");
    }

    @Test
    void recordThatIsKeptHasNoRoomForOtherFields() {
        // given
        var entry = Yaml.read(
                "{manager: meridian-agent, subresource: status, fieldsV1: {f:status: {f:guest: {f:os: {}}, f:power: {f:state: {}, f:since: {}}}}}",
                ManagedFieldsEntry.class);
        // when
        var kept = AgentShare.slim(entry);
        // then
        assertThat(kept.getFieldsV1().getAdditionalProperties())
                .isEqualTo(Map.of("f:status", Map.of("f:power", Map.of("f:state", Map.of()))));
    }
}
