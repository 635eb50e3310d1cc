package dev.meridian.domain.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FencedMachinesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | {} | {power: {state: Running}} | true",
                "{} | {} | {} | true",
                "{} | {runStrategy: Manual} | {power: {state: Unknown}} | true",
                "{} | {runStrategy: Manual} | {power: {state: \"Off\"}} | false",
                "{} | {runStrategy: Halted} | {power: {state: \"Off\"}} | false",
                "{} | {} | {power: {state: Running}, domain: {localState: [NVRAM]}} | false",
                "{} | {} | {power: {state: \"Off\"}, domain: {savedMemory: true}} | false",
                "{} | {nodeName: worker-0} | {nodeName: worker-0, power: {state: Running}} | false",
                "{} | {nodeName: worker-1} | {nodeName: worker-0, power: {state: Running}} | true",
                "{deletionTimestamp: \"2026-03-01T12:00:00Z\"} | {runStrategy: Halted} | {power: {state: \"Off\"}} | true",
            })
    void machineGainsThatCanGoOnElsewhereOrGo(String metadata, String spec, String status, boolean gains) {
        // given
        var vm = Yaml.read(
                "{metadata: %s, spec: %s, status: %s}".formatted(metadata, spec, status), VirtualMachine.class);
        // when, then
        assertThat(FencedMachines.gains(vm)).isEqualTo(gains);
    }
}
