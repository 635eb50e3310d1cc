package dev.meridian.domain.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MigratableXmlTest {
    @Test
    void onWhichCpusItsThreadsAreKeptIsLeftOut() {
        // given
        var xml = """
                <domain type='qemu'>
                  <vcpu placement='static' cpuset='0-1' current='1'>2</vcpu>
                  <cputune>
                    <shares>2</shares>
                    <vcpupin vcpu='0' cpuset='1'/>
                    <emulatorpin cpuset='0-1'/>
                    <iothreadpin iothread='1' cpuset='0'/>
                  </cputune>
                </domain>
                """;

        // when
        var unpinned = MigratableXml.unpinned(xml);

        // then
        assertThat(unpinned).isEqualTo("""
                <domain type='qemu'>
                  <vcpu placement='static' current='1'>2</vcpu>
                  <cputune>
                    <shares>2</shares>
                  </cputune>
                </domain>
                """);
    }

    /** Two may have changed their names, and one be part of another's name. */
    @Test
    void devicesOfDisksHaveTheNamesOfTheOtherNode() {
        // given
        var xml = """
                <disk type='block' device='disk'>
                  <source dev='/dev/rbd0' index='1'/>
                </disk>
                <disk type='block' device='disk'>
                  <source dev='/dev/rbd1' index='2'/>
                </disk>
                <disk type='block' device='disk'>
                  <source dev='/dev/rbd10'/>
                </disk>
                <interface type='direct'>
                  <source dev='eth0' mode='bridge'/>
                </interface>
                """;

        // when
        var there = MigratableXml.withDevices(xml, Map.of("/dev/rbd0", "/dev/rbd1", "/dev/rbd1", "/dev/rbd0"));

        // then
        assertThat(there).isEqualTo("""
                <disk type='block' device='disk'>
                  <source dev='/dev/rbd1' index='1'/>
                </disk>
                <disk type='block' device='disk'>
                  <source dev='/dev/rbd0' index='2'/>
                </disk>
                <disk type='block' device='disk'>
                  <source dev='/dev/rbd10'/>
                </disk>
                <interface type='direct'>
                  <source dev='eth0' mode='bridge'/>
                </interface>
                """);
    }
}
