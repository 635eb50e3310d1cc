package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.Yaml;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.supply.Moving.Role;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MovedFilesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Gone   | deleted                                                                                    | Drop
            Gone   | {nodeName: here, domain: {uuid: u}, power: {state: Running}}                               | Wait
            Gone   | {nodeName: there, domain: {uuid: u, releasedBy: here}, power: {state: Running}}            | Wait
            Gone   | {nodeName: there, power: {state: Running}}                                                 | Wait
            Gone   | {nodeName: there, domain: {uuid: u}, power: {state: "Off"}}                                | Wait
            Gone   | {nodeName: there, domain: {uuid: u}}                                                       | Wait
            Gone   | {nodeName: there, domain: {uuid: u}, power: {state: Running}}                              | Drop
            Gone   | {nodeName: there, domain: {uuid: u}, power: {state: Paused}}                               | Drop
            Coming | deleted                                                                                    | Drop
            Coming | {nodeName: here, domain: {uuid: u}, power: {state: Running}}                               | Wait
            Coming | {nodeName: there}                                                                          | Drop
            Coming | {}                                                                                         | Drop
            """)
    void filesGoWhenTheyAreKnownNotToBeTheMachines(Role role, String machine, MovedFiles.Fate fate) {
        // given
        var moving = new Moving(role, "migration-uid", "team-a", "web", null, false);
        var status = machine.equals("deleted")
                ? Optional.<VirtualMachineStatus>empty()
                : Optional.of(Yaml.read(machine, VirtualMachineStatus.class));

        // when
        var decided = MovedFiles.fate(moving, status, "here");

        // then
        assertThat(decided).isEqualTo(fate);
    }
}
