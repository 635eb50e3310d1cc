package dev.meridian.domain.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read of a running domain before it goes to another node. */
class GuestHardwareTest {
    private static final String RUNNING = """
            <domain type='qemu' id='7'>
              <name>team-a_web</name>
              <os>
                <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
              </os>
              %s
              <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices>
            </domain>
            """;

    @Test
    void modelWithItsFeaturesIsRead() {
        // given
        var cpu = """
                <cpu mode='custom' match='exact' check='full'>
                    <model fallback='forbid'>EPYC</model>
                    <feature policy='require' name='la57'/>
                  </cpu>""";

        // when
        var hardware = GuestHardware.read(RUNNING.formatted(cpu));

        // then
        assertThat(hardware).isEqualTo(new GuestHardware("qemu", "x86_64", "pc-q35-7.2", Optional.of(cpu)));
    }

    /** Nobody can compare it: it is what the node has. */
    @Test
    void cpuThatIsTheNodesOwnHasNoModel() {
        // when
        var hardware =
                GuestHardware.read(RUNNING.formatted("<cpu mode='host-passthrough' check='none' migratable='on'/>"));

        // then
        assertThat(hardware.cpu()).isEmpty();
    }
}
