package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.Samples;
import dev.meridian.domain.network.DhcpHost;
import dev.meridian.domain.network.Ipv4Network;
import dev.meridian.domain.network.Network;
import dev.meridian.domain.network.NetworkFacts;
import dev.meridian.domain.network.NetworkFacts.Fact;
import dev.meridian.domain.network.NetworkFacts.Seen;
import dev.meridian.domain.network.NetworkFacts.Taken;
import dev.meridian.domain.network.OpenedNetworking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a start does and refuses because of the networks that a machine names. */
class NetworkStartsTest {
    private static final String MAC = "52:54:00:00:00:01";
    private static final Seen.Ours EMPTY = new Seen.Ours(true, List.of());

    @Test
    void networkThatIsNotOnTheNodeIsMade() {
        // when
        var step = next("", "isolated: {}", new Seen.Absent());
        // then
        assertThat(step).isInstanceOfSatisfying(Step.MakeNetwork.class, make -> {
            assertThat(make.object().name()).isEqualTo("lan");
            assertThat(make.filters()).hasSize(3);
        });
    }

    @Test
    void networkThatWasStoppedIsMadeAgain() {
        assertThat(next("", "isolated: {}", new Seen.Ours(false, List.of()))).isInstanceOf(Step.MakeNetwork.class);
    }

    @Test
    void addressIsGivenBeforeTheStartAndFilteredByIt() {
        // when
        var first = next("", "isolated: {cidr: 10.20.30.0/24}", EMPTY);
        assertThat(first).isInstanceOf(Step.GiveAddress.class);
        var host = ((Step.GiveAddress) first).host();
        var second = next("", "isolated: {cidr: 10.20.30.0/24}", new Seen.Ours(true, List.of(host)));
        // then
        assertThat(host.name()).isEqualTo("web");
        assertThat(host.address()).startsWith("10.20.30.");
        assertThat(second)
                .isInstanceOfSatisfying(
                        Step.Start.class,
                        start -> assertThat(start.xml())
                                .contains("<source network=\"meridian-44444444-4444-4444-8444-444444444444\"/>")
                                .contains(
                                        "<filterref filter=\"meridian-44444444-4444-4444-8444-444444444444-address\">")
                                .contains("<parameter name=\"IP\" value=\"%s\"/>".formatted(host.address())));
    }

    @Test
    void staticAddressTakesThePlaceOfTheOneBefore() {
        // given
        var before = new DhcpHost(MAC, "web", "10.20.30.77");
        // when
        var step = next(
                ", ipAddress: 10.20.30.5", "isolated: {cidr: 10.20.30.0/24}", new Seen.Ours(true, List.of(before)));
        // then
        assertThat(step)
                .isEqualTo(new Step.GiveAddress(
                        "meridian-44444444-4444-4444-8444-444444444444",
                        List.of(before),
                        new DhcpHost(MAC, "web", "10.20.30.5")));
    }

    @Test
    void everyMachineOfAFullNetworkHasAnotherAddress() {
        // given
        var taken = new ArrayList<DhcpHost>();
        for (int i = 2; i < 14; i++) {
            taken.add(new DhcpHost("52:54:00:00:01:%02x".formatted(i), "m" + i, "10.20.30." + i));
        }
        // when
        var step = next("", "isolated: {cidr: 10.20.30.0/28}", new Seen.Ours(true, taken));
        // then
        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.GiveAddress.class,
                        give -> assertThat(give.host().address()).isEqualTo("10.20.30.14"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                           | bridge: {name: br9}             | BridgeNotOpened    | bridge br9 is not opened to namespace team-a
                                           | bridge: {name: br1}             | BridgeMissing      | has no interface br1
                                           | openvswitch: {bridge: ovs9}     | BridgeNotOpened    | bridge ovs9 is not opened
                                           | macvtap: {device: eth9}         | InterfaceNotOpened | interface eth9 is not opened
                    , ipAddress: 10.0.0.5  | bridge: {name: br0}             | AddressInvalid     | has no DHCP server of ours
                    , ipAddress: 10.0.0.5  | isolated: {cidr: 10.20.30.0/24} | AddressInvalid     | is no guest's address of network lan, which is 10.20.30.0/24
                    , ipAddress: 10.20.30.1| isolated: {cidr: 10.20.30.0/24} | AddressInvalid     | 10.20.30.1 is no guest's address
                                           | nat: {cidr: 10.99.0.0/24}       | SubnetNotOpened    | network 10.99.0.0/24 is not opened
                                           | nat: {ipv6: {cidr: 'fd00::/64'}}| SubnetNotOpened    | network fd00::/64 is not opened
                                           | nat: {cidr: 10.20.30.0/24, dhcp: {start: 10.9.9.9}} | DhcpRangeInvalid | gives away 10.9.9.9 to 10.20.30.254
                                           | nat: {cidr: 10.20.40.0/24}      | AddressesTaken     | its addresses 10.20.40.0/24 meet 10.20.40.0/25 of the node's route on eth0
                    """)
    void whatCannotBeIsRefusedWithAReason(String more, String network, String reason, String message) {
        // when
        var step = next(more == null ? "" : more, network, new Seen.Absent());
        // then
        assertThat(step).isInstanceOfSatisfying(Step.Refuse.class, refusal -> {
            assertThat(refusal.problem().reason()).isEqualTo(reason);
            assertThat(refusal.problem().message())
                    .startsWith("spec.interfaces[nic].")
                    .contains(message);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "52:54:00:00:00:01, 10.20.30.7, MacAddressTaken, 52:54:00:00:00:01 is machine db's on network lan",
        "52:54:00:00:00:02, 10.20.30.5, AddressTaken, 10.20.30.5 is machine db's on network lan",
    })
    void whatAnotherMachineHasIsRefusedByItsName(String mac, String address, String reason, String message) {
        // given
        var others = List.of(new DhcpHost(mac, "db", address));
        // when
        var step = next(", ipAddress: 10.20.30.5", "isolated: {cidr: 10.20.30.0/24}", new Seen.Ours(true, others));
        // then
        assertThat(step).isInstanceOfSatisfying(Step.Refuse.class, refusal -> {
            assertThat(refusal.problem().reason()).isEqualTo(reason);
            assertThat(refusal.problem().message()).contains(message);
        });
    }

    @Test
    void foreignNetworkIsLeftAlone() {
        assertThat(next("", "isolated: {}", new Seen.Foreign()))
                .isInstanceOfSatisfying(
                        Step.Refuse.class,
                        refusal -> assertThat(refusal.problem().reason()).isEqualTo("ForeignNetwork"));
    }

    @Test
    void networkWithoutAnObjectIsAwaited() {
        assertThat(next("", new Fact.Missing())).isInstanceOfSatisfying(Step.Wait.class, wait -> {
            assertThat(wait.reason()).isEqualTo("NetworkMissing");
            assertThat(wait.until()).isEqualTo(Samples.NOW.plusSeconds(5));
        });
    }

    private static Step next(String more, String network, Seen seen) {
        return next(more, new Fact.Found(Samples.network("lan", network), seen));
    }

    /** What the node says of a network that is defined there, whether it is active or not. */
    private static Stream<Taken> ofItself(Fact fact) {
        return fact instanceof Fact.Found(var network, Seen.Ours _) && network.kind() instanceof Network.Kind.Own own
                ? Stream.of(new Taken(own.ipv4(), "another VirtualMachineNetwork", Optional.of(network.identity())))
                : Stream.of();
    }

    private static Step next(String more, Fact fact) {
        var spec = Samples.spec("""
                memory: {guest: 128Mi}
                interfaces:
                - {name: nic, network: {name: lan}, macAddress: "%s"%s}
                """.formatted(MAC, more));
        var s = Samples.situation(spec, new Observation.Absent(), Samples.NOW);
        var facts = new NetworkFacts(
                Map.of("lan", fact),
                new OpenedNetworking(Set.of("br0", "br1"), Set.of("eth0"), Set.of("10.20.0.0/16")),
                Set.of("br0", "eth0"),
                List.of("192.0.2.7"),
                Stream.concat(
                                Stream.of(new Taken(
                                        Ipv4Network.parse("10.20.40.0/25").orElseThrow(),
                                        "the node's route on eth0",
                                        Optional.empty())),
                                ofItself(fact))
                        .toList());
        return Planner.next(new Situation(
                s.machine(),
                s.spec(),
                s.generation(),
                s.deleting(),
                s.assignment(),
                s.observation(),
                s.host(),
                s.opened(),
                s.files(),
                s.supplies(),
                s.reserved(),
                s.cpus(),
                s.before(),
                s.handedOver(),
                s.undefined(),
                s.migratedAt(),
                s.progress(),
                s.now(),
                facts,
                Optional.empty()));
    }
}
