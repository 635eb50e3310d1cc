package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks of machines on a node: who reaches whom, under which addresses, and what no tenant gets. */
@Shared
class NetworkE2E {
    private static final String BRIDGE = "br-e2e";

    private static Machines machines;
    private static Testbed.Node node;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "network");
        node = machines.testbed.nodes().getFirst();
        inNode("ip", "link", "add", BRIDGE, "type", "bridge").orFail();
        inNode("ip", "addr", "add", "10.66.0.1/24", "dev", BRIDGE).orFail();
        inNode("ip", "link", "set", BRIDGE, "up").orFail();
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s}
                spec:
                  bridges:
                  - {name: %2$s, namespaces: {names: [%1$s]}}
                  - {name: br-nowhere, namespaces: {names: [%1$s]}}
                  interfaces:
                  - {name: eth0, namespaces: {names: [%1$s]}}
                  subnets:
                  - {cidr: 10.64.0.0/10, namespaces: {names: [%1$s]}}
                """.formatted(machines.namespace, BRIDGE));
    }

    @AfterAll
    static void close() {
        machines.close();
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", machines.namespace)
                .orFail();
        inNode("ip", "link", "del", BRIDGE).orFail();
    }

    @Test
    void guestsOfAnIsolatedNetworkReachEachOtherAndNobodyElse() {
        // given
        network("red", "isolated: {ipv6: {}}");
        network("blue", "isolated: {}");
        machine("red-1", "network: {name: red}");
        machine("red-2", "network: {name: red}");
        machine("blue-1", "network: {name: blue}");

        // when
        var one = address("red-1");
        var two = address("red-2");
        var other = address("blue-1");
        machines.type("red-1", "ip route add default via " + gateway(one));

        // then
        assertThat(pings("red-1", two)).isTrue();
        assertThat(pings("red-2", one)).isTrue();
        assertThat(pings("red-1", other)).isFalse();
        assertThat(pings("red-1", node.address())).isFalse();
        assertThat(pings("red-1", gateway(other))).isFalse();
        assertThat(machines.type(
                        "red-1", "nc -w 2 %s 16509 < /dev/null && echo open || echo shut".formatted(gateway(one))))
                .contains("shut");
        assertThat(machines.type("red-1", "ip -6 addr show dev eth0 scope global"))
                .contains("inet6 fd");
        assertThat(machines.type("blue-1", "ip -6 addr show dev eth0 scope global"))
                .doesNotContain("inet6 fd");
        assertThat(Machines.status(machines.get("red-1"))
                        .interfaces()
                        .getFirst()
                        .network())
                .isEqualTo("red");
        assertThat(node(object("red").orElseThrow())).isEqualTo("Active");
        machines.delete("red-2");
        machines.delete("blue-1");
    }

    @Test
    void guestSendsUnderNoAddressButItsOwnUnlessItsSpecAllowsIt() {
        // given
        network("honest", "isolated: {cidr: 10.70.0.0/24}");
        machine("honest-1", "network: {name: honest}, ipAddress: 10.70.0.11");
        machine("honest-2", "network: {name: honest}, ipAddress: 10.70.0.12");
        machine("liar", "network: {name: honest}, ipAddress: 10.70.0.13, addressSpoofing: Allowed");
        address("honest-1");
        address("honest-2");
        address("liar");

        // when
        var own = pings("honest-1", "10.70.0.12");
        machines.type("honest-1", "ip addr add 10.70.0.99/24 dev eth0");
        var anotherIp = machines.type("honest-1", "ping -c 1 -W 2 -I 10.70.0.99 10.70.0.12 || echo lost");
        machines.type("honest-1", "ip addr del 10.70.0.99/24 dev eth0");
        machines.type("honest-1", "ip link set eth0 address 52:54:00:66:66:66");
        var anotherMac = pings("honest-1", "10.70.0.12");
        machines.type("liar", "ip addr add 10.70.0.98/24 dev eth0");
        var allowed = machines.type("liar", "ping -c 1 -W 2 -I 10.70.0.98 10.70.0.12 || echo lost");

        // then
        assertThat(own).isTrue();
        assertThat(anotherIp).contains("lost");
        assertThat(anotherMac).isFalse();
        assertThat(allowed).doesNotContain("lost");
        assertThat(address("honest-2")).isEqualTo("10.70.0.12");
        machines.delete("liar");
        machines.delete("honest-1");
        machines.delete("honest-2");
    }

    @Test
    void addressAndMacOfAnotherMachineAreRefusedByItsName() {
        // given
        network("shared", "nat: {cidr: 10.71.0.0/24}");
        machine("first", "network: {name: shared}, ipAddress: 10.71.0.50, macAddress: '52:54:00:aa:00:01'");
        assertThat(address("first")).isEqualTo("10.71.0.50");

        // when
        create("same-address", "network: {name: shared}, ipAddress: 10.71.0.50");
        create("same-mac", "network: {name: shared}, macAddress: '52:54:00:AA:00:01'");

        // then
        assertThat(machines.awaitCondition("same-address", "Stalled", "AddressTaken")
                        .message())
                .contains("spec.interfaces[nic].ipAddress: 10.71.0.50 is machine first's on network shared");
        assertThat(machines.awaitCondition("same-mac", "Stalled", "MacAddressTaken")
                        .message())
                .contains("spec.interfaces[nic].macAddress: 52:54:00:aa:00:01 is machine first's");
        assertThat(pings("first", gateway("10.71.0.50"))).isTrue();
        Stream.of("same-address", "same-mac", "first").forEach(machines::delete);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    closed-bridge | bridge: {name: cni0}             | BridgeNotOpened    | bridge cni0 is not opened to namespace
                    no-bridge     | bridge: {name: br-nowhere}       | BridgeMissing      | has no interface br-nowhere
                    closed-link   | macvtap: {device: lo}            | InterfaceNotOpened | interface lo is not opened to namespace
                    closed-switch | openvswitch: {bridge: ovsbr0}    | BridgeNotOpened    | bridge ovsbr0 is not opened to namespace
                    closed-subnet | nat: {cidr: 10.10.0.0/24}        | SubnetNotOpened    | network 10.10.0.0/24 is not opened to namespace
                    collides      | nat: {cidr: 10.77.0.0/24}        | AddressesTaken     | its addresses 10.77.0.0/24 meet 10.77.0.0/24 of the node's route on eth0
                    """)
    void whatAnAdministratorHasNotOpenedOrTheNodeHasNotIsRefused(
            String name, String network, String reason, String message) {
        // given
        network(name, network);

        // when
        create(name, "network: {name: %s}".formatted(name));

        // then
        assertThat(machines.awaitCondition(name, "Stalled", reason).message())
                .startsWith("spec.interfaces[nic].network: " + name)
                .contains(message);
        machines.delete(name);
    }

    @Test
    void guestIsOnTheBridgeThatAnAdministratorOpened() {
        // given
        network("bridged", "bridge: {name: %s}".formatted(BRIDGE));

        // when
        machine("bridged", "network: {name: bridged}");

        // then
        awaitPing("bridged", "10.66.0.9/24", "10.66.0.1");
        machines.delete("bridged");
    }

    @Test
    void guestIsOnTheNodesInterfaceByMacvtap() {
        // given
        var other = machines.testbed.nodes().getLast();
        network("macvtap", "macvtap: {device: eth0}");

        // when
        machine("macvtap", "network: {name: macvtap}");

        // then
        awaitPing("macvtap", "10.77.0.250/24", other.address());
        machines.delete("macvtap");
    }

    @Test
    void networkStaysWhileAMachineNamesItAndLeavesTheNodeAfterIt() {
        // given
        network("held", "nat: {}");
        machine("holds", "network: {name: held}");
        var libvirtName =
                "meridian-" + object("held").orElseThrow().getMetadata().getUid();
        assertThat(machines.testbed.virsh(node, "net-list", "--name").orFail()).contains(libvirtName);

        // when
        networkNamed("held").delete();

        // then
        Awaitility.await("the network to say who holds it")
                .atMost(Duration.ofMinutes(1))
                .until(() -> object("held")
                        .flatMap(network -> network.getStatus().conditions().stream()
                                .filter(c ->
                                        c.type().equals("InUse") && c.message().contains("holds"))
                                .findFirst())
                        .isPresent());
        assertThat(pings("holds", gateway(address("holds")))).isTrue();
        machines.delete("holds");
        Awaitility.await("the object to be gone")
                .atMost(Duration.ofMinutes(1))
                .until(() -> object("held").isEmpty());
        Awaitility.await("the node's network to be gone")
                .atMost(Duration.ofMinutes(2))
                .until(() -> !machines.testbed
                        .virsh(node, "net-list", "--all", "--name")
                        .orFail()
                        .contains(libvirtName));
        assertThat(machines.testbed.virsh(node, "nwfilter-list").orFail()).doesNotContain(libvirtName);
    }

    @Test
    void networkThatSomebodyStoppedIsThereAtTheNextStart() {
        // given
        network("stopped", "nat: {}");
        machine("again", "network: {name: stopped}");
        var before = address("again");
        machines.patchSpec("again", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("again", "Stopped");
        machines.testbed
                .virsh(
                        node,
                        "net-destroy",
                        "meridian-"
                                + object("stopped").orElseThrow().getMetadata().getUid())
                .orFail();

        // when
        machines.patchSpec("again", "{\"runStrategy\":\"Always\"}");

        // then
        machines.awaitReady("again", "Running");
        assertThat(address("again")).isEqualTo(before);
        machines.delete("again");
    }

    @Test
    void machineThatCameBeforeItsNetworkStartsWhenItIsThere() {
        // given
        create("early", "network: {name: late}");
        machines.awaitCondition("early", "Ready", "NetworkMissing");

        // when
        network("late", "isolated: {}");

        // then
        machines.awaitReady("early", "Running");
        machines.delete("early");
    }

    @ParameterizedTest
    @CsvSource({"e1000e, 8086:10d3", "rtl8139, 10ec:8139", "virtio, 1af4:1041"})
    void cardIsOfItsModel(String model, String id) {
        // given
        var name = "card-" + model;
        create(name, "model: %s".formatted(model) + (model.equals("virtio") ? ", queues: 2" : ""));

        // when
        machines.awaitReady(name, "Running");

        // then
        assertThat(
                        machines.type(
                                name,
                                "for d in /sys/bus/pci/devices/*; do echo $(cat $d/vendor):$(cat $d/device) | sed s/0x//g; done"))
                .contains(id);
        machines.delete(name);
    }

    @Test
    void cableIsPulledOfARunningGuestAndOtherChangesWait() {
        // given
        network("cable", "isolated: {}");
        machine("cable", "network: {name: cable}");

        // when
        machines.patchSpec(
                "cable",
                "{\"interfaces\":[{\"name\":\"nic\",\"network\":{\"name\":\"cable\"},\"linkState\":\"Down\",\"model\":\"e1000e\"}]}");

        // then
        Awaitility.await("no carrier")
                .atMost(Duration.ofMinutes(2))
                .until(() -> machines.type("cable", "cat /sys/class/net/eth0/carrier")
                        .contains("0"));
        machines.await(
                "cable",
                "told of the card",
                vm -> Machines.status(vm).pendingChanges().stream()
                        .anyMatch(change -> change.field().equals("spec.interfaces[nic].model")));
        machines.delete("cable");
    }

    @Test
    void limitThatTheNodesKernelCannotKeepIsRefusedInClearWords() {
        // when
        create("limited", "bandwidth: {inbound: {averageKilobytesPerSecond: 1000}}");

        // then
        assertThat(machines.awaitCondition("limited", "Stalled", "NotSupported").message())
                .contains("spec.interfaces.bandwidth")
                .contains("sch_sfq");
        machines.delete("limited");
    }

    @Test
    void networkIsNotChanged() {
        // given
        network("fixed", "isolated: {}");

        // when
        var said = machines.testbed.kubectl(
                "-n", machines.namespace, "patch", "vmnet", "fixed", "--type=merge", "-p", "{\"spec\":{\"mtu\":1400}}");

        // then
        assertThat(said.output()).contains("spec: a network is not changed; make another, and name it");
    }

    @Test
    void samplesAreTakenAndRun() throws IOException {
        // given
        var samples = Path.of(machines.testbed.repository(), "deploy", "samples");
        try (var files = Files.list(samples)) {
            for (var file : files.filter(f -> f.getFileName().toString().startsWith("network-"))
                    .sorted()
                    .toList()) {
                // when
                machines.testbed
                        .kubectl("-n", machines.namespace, "apply", "-f", file.toString())
                        .orFail();
            }
        }

        // then
        machines.awaitReady("on-lan", "Running");
        assertThat(address("on-lan")).isEqualTo("10.20.30.10");
        machines.awaitCondition("on-bridge", "Stalled", "BridgeMissing");
        machines.delete("on-lan");
        machines.delete("on-bridge");
        machines.testbed.kubectl("delete", "hypervisorpolicy", "networks").orFail();
    }

    private static void network(String name, String spec) {
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineNetwork
                metadata: {name: %s, namespace: %s}
                spec: {%s}
                """.formatted(name, machines.namespace, spec));
    }

    private static void create(String name, String nic) {
        machines.create(name, """
                  stopMode: Hard
                  nodeSelector: {kubernetes.io/hostname: %s}
                  interfaces:
                  - {name: nic, %s}
                """.formatted(node.name(), nic));
    }

    private static void machine(String name, String nic) {
        create(name, nic);
        machines.awaitReady(name, "Running");
    }

    /** The address that its network's DHCP server has given it. */
    private static String address(String name) {
        return machines.await(
                        name,
                        "told its address",
                        vm -> addresses(vm).findFirst().isPresent())
                .getStatus()
                .interfaces()
                .getFirst()
                .addresses()
                .getFirst();
    }

    private static Stream<String> addresses(VirtualMachine vm) {
        return Machines.status(vm).interfaces().stream().flatMap(nic -> nic.addresses().stream());
    }

    private static String gateway(String address) {
        return address.substring(0, address.lastIndexOf('.')) + ".1";
    }

    private static boolean pings(String name, String address) {
        return machines.type(name, "ping -c 2 -W 2 %s > /dev/null && echo reached || echo lost".formatted(address))
                .contains("reached");
    }

    /** The guest's own address is taken away again while its DHCP client begins. */
    private static void awaitPing(String name, String own, String address) {
        Awaitility.await(address + " to answer " + name)
                .atMost(Duration.ofSeconds(40))
                .until(() -> {
                    machines.type(name, "ip addr replace %s dev eth0".formatted(own));
                    return pings(name, address);
                });
    }

    private static String node(VirtualMachineNetwork network) {
        return network.getStatus().nodes().stream()
                .filter(line -> line.name().equals(node.name()))
                .map(line -> line.state().name())
                .findFirst()
                .orElse("none");
    }

    private static Resource<VirtualMachineNetwork> networkNamed(String name) {
        return machines.client
                .resources(VirtualMachineNetwork.class)
                .inNamespace(machines.namespace)
                .withName(name);
    }

    private static Optional<VirtualMachineNetwork> object(String name) {
        return Optional.ofNullable(networkNamed(name).get());
    }

    private static Testbed.Said inNode(String... command) {
        return Testbed.run(
                Stream.concat(Stream.of("ip", "netns", "exec", "meridian-" + node.name()), Stream.of(command))
                        .toList());
    }
}
