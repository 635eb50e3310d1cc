package dev.meridian.domain.xml;

import static org.assertj.core.api.Assertions.assertThat;

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
}
