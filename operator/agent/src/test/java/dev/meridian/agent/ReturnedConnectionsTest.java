package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of connections of guests that come back; that they break is MigrationLoadE2E's. */
class ReturnedConnectionsTest {
    private @TempDir Path sysctls;

    @ParameterizedTest(name = "bridges {0}, liberal {1}: warned {2}")
    @CsvSource({"1,0,true", "0,0,false", "1,1,false"})
    void itIsSaidWhereBridgedPacketsAreTrackedStrictly(String bridges, String liberal, boolean isWarned)
            throws IOException {
        // given
        write("net/bridge/bridge-nf-call-iptables", bridges);
        write("net/netfilter/nf_conntrack_tcp_be_liberal", liberal);

        // when
        var warning = new ReturnedConnections(sysctls).warning();

        // then
        assertThat(warning.isPresent()).isEqualTo(isWarned);
        warning.ifPresent(text -> assertThat(text).contains("sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1"));
    }

    @Test
    void nothingIsSaidOfANodeWhoseBridgesAreNotFiltered() {
        assertThat(new ReturnedConnections(sysctls).warning()).isEmpty();
    }

    private void write(String name, String value) throws IOException {
        var file = sysctls.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }
}
