package dev.meridian.domain.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.LibvirtSchema;
import dev.meridian.domain.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What libvirt is told of networks and of what their guests may send. */
class NetworkXmlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nat: {}",
                "{nat: {cidr: 10.20.30.0/24, ipv6: {}, dhcp: {start: 10.20.30.10, end: 10.20.30.20}}, mtu: 1400}",
                "{nat: {ipv6: {cidr: 'fd00:1:2:3::/64'}}, dns: {servers: [9.9.9.9, '2620:fe::fe'], domain: lan.example}}",
                "isolated: {}",
                "isolated: {dhcp: {enabled: false}, ipv6: {}}",
                "routed: {cidr: 10.20.30.0/28}",
                "{bridge: {name: br0}, mtu: 9000}",
                "macvtap: {device: eth0}",
                "macvtap: {device: eth0, mode: Passthrough}",
                "{openvswitch: {bridge: ovsbr0}, vlan: 42}",
            })
    void everyKindIsOfLibvirtsSchema(String spec) {
        // given
        var network = Samples.network("lan", spec);
        // when
        var xml = NetworkXml.of(network, Samples.CLUSTER);
        var filters = NetworkFilters.of(network, List.of("192.0.2.7", "192.0.2.8"));
        // then
        LibvirtSchema.assertValidNetwork(xml);
        filters.forEach(LibvirtSchema::assertValidFilter);
    }

    @Test
    void ownerIsReadBack() {
        // given
        var network = Samples.network("lan", "nat: {cidr: 10.20.30.0/24}");
        // when
        var read = NetworkDefinition.read(NetworkXml.of(network, Samples.CLUSTER));
        // then
        assertThat(read.owner()).contains(new NetworkDefinition.Owner(Samples.CLUSTER, network.identity()));
        assertThat(read.addresses())
                .containsExactly(Ipv4Network.parse("10.20.30.0/24").orElseThrow());
    }

    @Test
    void foreignNetworkHasNoOwnerAndItsAddressesAndHostsAreRead() {
        // when
        var read = NetworkDefinition.read("""
                <network><name>default</name><uuid>55555555-5555-4555-8555-555555555555</uuid>
                  <dns><host ip='192.168.122.9'><hostname>x</hostname></host></dns>
                  <ip address='192.168.122.1' netmask='255.255.255.0'>
                    <dhcp><host mac='52:54:00:00:00:01' name='web' ip='192.168.122.5'/></dhcp></ip></network>
                """);
        // then
        assertThat(read.owner()).isEmpty();
        assertThat(read.addresses())
                .containsExactly(Ipv4Network.parse("192.168.122.0/24").orElseThrow());
        assertThat(read.hosts()).containsExactly(new DhcpHost("52:54:00:00:00:01", "web", "192.168.122.5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "1web", "n", "a-b"})
    void nameOfAHostTellsTheMachine(String machine) {
        assertThat(new DhcpHost("", DhcpHost.name(machine, "lan", true), "").machine())
                .isEqualTo(machine);
        assertThat(new DhcpHost("", DhcpHost.name(machine, "1lan", false), "").machine())
                .isEqualTo(machine);
    }

    @Test
    void derivedAddressesAreThoseOfTheUid() {
        // when
        var network = Samples.network("lan", "nat: {ipv6: {}}");
        // then
        assertThat(network.kind())
                .isEqualTo(Samples.network("other", "nat: {ipv6: {}}").kind())
                .isInstanceOfSatisfying(Network.Kind.Own.class, own -> {
                    assertThat(Ipv4Network.parse("10.128.0.0/9").orElseThrow().contains(own.ipv4()))
                            .isTrue();
                    assertThat(own.ipv6())
                            .hasValueSatisfying(
                                    prefix -> assertThat(prefix).matches("fd[0-9a-f]{2}(:[0-9a-f]{4}){3}::"));
                    assertThat(own.given()).isEmpty();
                });
    }
}
