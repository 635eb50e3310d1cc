package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meridian.libvirt.DomainEvent.Lifecycle;
import dev.meridian.libvirt.DomainState.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On libvirt's test driver, in this process. Its state belongs to the URI, so every test undoes what it did. */
class TestDriverTest {

    private static final String METADATA_URI = "urn:meridian:test";

    private final UUID uuid = UUID.randomUUID();
    private Connection connection;

    @BeforeEach
    void open() {
        connection = Connection.open("test:///default");
    }

    @AfterEach
    void close() {
        connection.lookupByUUID(uuid).ifPresent(domain -> {
            try (domain) {
                if (domain.isActive()) {
                    domain.destroy();
                }
                domain.undefine();
            }
        });
        connection.close();
    }

    @Test
    void figuresOfAllDomainsAreReadAtOnce() {
        // given
        try (var domain = connection.defineXML(xml("t"))) {
            domain.create();
            // when
            var stats = connection.domainStats(DomainStats.Group.values());
            // then
            assertThat(stats).hasSameSizeAs(connection.listAllDomains());
            var own = stats.stream()
                    .filter(one -> one.uuid().equals(uuid))
                    .findFirst()
                    .orElseThrow();
            assertThat(own.number("state.state")).hasValue(1);
            assertThat(own.number("cpu.none")).isEmpty();
        }
    }

    @Test
    void listenerIsToldOfEachCallAndWhyItFailed() {
        // given
        var told = new LinkedBlockingQueue<String>();
        Libvirt.listen((function, nanos, failure) -> {
            assertThat(nanos).isPositive();
            told.add(function + " " + failure.map(Enum::name).orElse("ok"));
        });
        // when
        connection.lookupByUUID(UUID.randomUUID());
        connection.hostname();
        assertThatThrownBy(() -> connection.defineXML("<domain/>")).isInstanceOf(LibvirtException.class);
        // then
        assertThat(told)
                .contains("virDomainLookupByUUID ok", "virConnectGetHostname ok")
                .anyMatch(call -> call.matches("virDomainDefineXMLFlags XML_\\w+"));
    }

    @Test
    void fileSystemsAreFrozenAndThawed() {
        // given
        try (var domain = connection.defineXML(xml("t"))) {
            domain.create();
            // when
            int frozen = domain.fsFreeze(List.of("/boot"));
            int all = domain.fsFreeze(List.of());
            int thawed = domain.fsThaw();
            // then
            assertThat(List.of(frozen, all, thawed)).containsExactly(1, 1, 2);
        }
    }

    @Test
    void guestAgentOfADriverWithoutOneIsUnsupported() {
        // given
        try (var domain = connection.defineXML(xml("t"))) {
            domain.create();
            // when
            var failures = List.of(
                    catchThrowableOfType(
                            LibvirtException.class, () -> domain.agentCommand("{}", Duration.ofSeconds(1))),
                    catchThrowableOfType(LibvirtException.class, () -> domain.guestInfo(GuestInfoType.OS)));
            // then
            assertThat(failures).extracting(LibvirtException::kind).containsOnly(ErrorKind.UNSUPPORTED);
        }
    }

    @Test
    void domainIsDefinedStartedPausedResumedAndDestroyed() {
        // given
        var states = new ArrayList<DomainState>();
        try (var domain = connection.defineXML(xml("t"))) {
            // when
            states.add(domain.state());
            domain.create();
            states.add(domain.state());
            domain.suspend();
            states.add(domain.state());
            domain.resume();
            states.add(domain.state());
            domain.destroy();
            states.add(domain.state());
        }
        // then
        assertThat(states)
                .containsExactly(
                        new DomainState(State.SHUTOFF, StateReason.UNKNOWN),
                        new DomainState(State.RUNNING, StateReason.RUNNING_BOOTED),
                        new DomainState(State.PAUSED, StateReason.PAUSED_USER),
                        new DomainState(State.RUNNING, StateReason.RUNNING_UNPAUSED),
                        new DomainState(State.SHUTOFF, StateReason.SHUTOFF_DESTROYED));
    }

    @Test
    void shutdownResetAndUndefineReachTheDriver() {
        // given
        try (var domain = connection.defineXML(xml("t"))) {
            domain.create();
            domain.reset();
            // when
            domain.shutdown();
            // then
            assertThat(domain.state()).isEqualTo(new DomainState(State.SHUTOFF, StateReason.SHUTOFF_SHUTDOWN));
            domain.undefine();
            assertThat(connection.lookupByUUID(uuid)).isEmpty();
        }
    }

    @Test
    void domainIsFoundByUuidNameAndInTheList() {
        // given
        try (var defined = connection.defineXML(xml("größe"))) {
            // when
            try (var byUuid = connection.lookupByUUID(uuid).orElseThrow();
                    var byName = connection.lookupByName("größe").orElseThrow()) {
                // then
                assertThat(byUuid.name()).isEqualTo("größe");
                assertThat(byName.uuid()).isEqualTo(uuid).isEqualTo(defined.uuid());
                assertThat(byName.id()).isEmpty();
            }
            assertThat(uuids()).contains(uuid);
            assertThat(uuids(ListFlag.INACTIVE)).contains(uuid);
            assertThat(uuids(ListFlag.ACTIVE)).doesNotContain(uuid);
        }
    }

    @Test
    void whatDoesNotExistIsEmptyAndNoError() {
        assertThat(connection.lookupByUUID(UUID.randomUUID())).isEmpty();
        assertThat(connection.lookupByName("nobody")).isEmpty();
        assertThat(connection.lookupNetworkByName("nowhere")).isEmpty();
    }

    @Test
    void runningDomainHasANumberAndItsSize() {
        // given
        try (var domain = connection.defineXML(xml("t"))) {
            domain.create();
            // when
            var info = domain.info();
            // then
            assertThat(info.state()).isEqualTo(State.RUNNING);
            assertThat(info.maxMemoryBytes()).isEqualTo(64L << 20);
            assertThat(info.vcpus()).isEqualTo(2);
            assertThat(domain.isActive()).isTrue();
            assertThat(domain.isPersistent()).isTrue();
            assertThat(connection.lookupByUUID(uuid).orElseThrow().id()).isPresent();
        }
    }

    @Test
    void metadataIsWrittenReadReplacedAndTakenAway() {
        // given
        try (var domain = connection.defineXML(xml("t"))) {
            assertThat(domain.metadata(METADATA_URI, Affect.CONFIG)).isEmpty();
            // when
            domain.setMetadata("<clock offset='304'/>", "m", METADATA_URI, Affect.CONFIG);
            domain.setMetadata("<clock offset='-7'/>", "m", METADATA_URI, Affect.CONFIG);
            // then
            assertThat(domain.metadata(METADATA_URI, Affect.CONFIG)).hasValue("<clock offset=\"-7\"/>");
            domain.setMetadata(null, "m", METADATA_URI, Affect.CONFIG);
            assertThat(domain.metadata(METADATA_URI, Affect.CONFIG)).isEmpty();
        }
    }

    @Test
    void addressesOfEachInterfaceAreRead() {
        // given
        var interfaces = """
                <devices>
                  <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/></interface>
                  <interface type='network'><mac address='52:54:00:00:00:02'/><source network='default'/></interface>
                </devices></domain>""";
        try (var domain = connection.defineXML(xml("t").replace("</domain>", interfaces))) {
            domain.create();
            // when
            var addresses = domain.interfaceAddresses(AddressSource.LEASE);
            // then
            assertThat(addresses)
                    .extracting(InterfaceAddresses::mac)
                    .containsExactly(Optional.of("52:54:00:00:00:01"), Optional.of("52:54:00:00:00:02"));
            assertThat(addresses).extracting(InterfaceAddresses::name).allMatch(name -> name.startsWith("testnet"));
            assertThat(addresses)
                    .flatExtracting(InterfaceAddresses::addresses)
                    .hasSize(2)
                    .allMatch(ip -> ip.address().startsWith("192.168.122.") && ip.prefix() == 24);
        }
    }

    @Test
    void xmlShowsTheDefinition() {
        try (var domain = connection.defineXML(xml("t"))) {
            assertThat(domain.xml(XmlFlag.INACTIVE, XmlFlag.SECURE)).contains("<uuid>" + uuid + "</uuid>");
        }
    }

    @Test
    void lifecycleEventsComeInOrderWithWhomTheyAreAbout() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        try (var subscription = connection.subscribe(events::add);
                var domain = connection.defineXML(xml("t"))) {
            // when
            domain.create();
            domain.destroy();
            domain.undefine();
            // then
            assertThat(kinds(events, 4))
                    .containsExactly(
                            LifecycleKind.DEFINED,
                            LifecycleKind.STARTED,
                            LifecycleKind.STOPPED,
                            LifecycleKind.UNDEFINED);
            assertThat(subscription.unsupported()).isEmpty();
        }
    }

    @Test
    void eventsSayHowItCameAbout() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        try (var _ = connection.subscribe(events::add);
                var domain = connection.defineXML(xml("t"))) {
            // when
            connection.defineXML(xml("t").replace("<vcpu>2", "<vcpu>3")).close();
            domain.rename("renamed");
            domain.create();
            domain.suspend();
            domain.resume();
            domain.destroy();
            domain.create();
            domain.shutdown();
            domain.create();
            domain.managedSave();
            domain.create();
            domain.destroy();
            domain.undefine();
            // then
            assertThat(details(events, LifecycleDetail.UNDEFINED_REMOVED))
                    .containsSubsequence(
                            LifecycleDetail.DEFINED_ADDED,
                            LifecycleDetail.DEFINED_UPDATED,
                            LifecycleDetail.UNDEFINED_RENAMED,
                            LifecycleDetail.DEFINED_RENAMED,
                            LifecycleDetail.STARTED_BOOTED,
                            LifecycleDetail.SUSPENDED_PAUSED,
                            LifecycleDetail.RESUMED_UNPAUSED,
                            LifecycleDetail.STOPPED_DESTROYED,
                            LifecycleDetail.STARTED_BOOTED,
                            LifecycleDetail.STOPPED_SHUTDOWN,
                            LifecycleDetail.STARTED_BOOTED,
                            LifecycleDetail.STOPPED_SAVED,
                            LifecycleDetail.STARTED_BOOTED,
                            LifecycleDetail.STOPPED_DESTROYED,
                            LifecycleDetail.UNDEFINED_REMOVED);
        }
    }

    @Test
    void renamedDomainIsFoundUnderItsNewNameAlone() {
        // given
        try (var domain = connection.defineXML(xml("before"))) {
            // when
            domain.rename("after");
            // then
            assertThat(connection.lookupByName("before")).isEmpty();
            try (var after = connection.lookupByName("after").orElseThrow()) {
                assertThat(after.uuid()).isEqualTo(uuid);
            }
        }
    }

    @Test
    void savedMemoryIsKnownAndThrownAway() {
        // given
        try (var domain = connection.defineXML(xml("t"))) {
            domain.create();
            assertThat(domain.hasManagedSave()).isFalse();
            // when
            domain.managedSave();
            // then
            assertThat(domain.hasManagedSave()).isTrue();
            assertThat(domain.state()).isEqualTo(new DomainState(State.SHUTOFF, StateReason.SHUTOFF_SAVED));
            domain.managedSaveRemove();
            assertThat(domain.hasManagedSave()).isFalse();
        }
    }

    @Test
    void eventsKeepArrivingWhileGarbageIsCollected() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        try (var _ = connection.subscribe(events::add);
                var domain = connection.defineXML(xml("t"))) {
            kinds(events, 1);
            for (int round = 0; round < 20; round++) {
                // when
                System.gc();
                domain.create();
                domain.destroy();
                // then
                assertThat(kinds(events, 2)).containsExactly(LifecycleKind.STARTED, LifecycleKind.STOPPED);
            }
        }
    }

    @Test
    void listenerThatThrowsDoesNotStopTheOthers() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        try (var _ = connection.subscribe(_ -> {
                    throw new IllegalStateException("listener fails on purpose");
                });
                var _ = connection.subscribe(events::add)) {
            // when
            connection.defineXML(xml("t")).close();
            // then
            assertThat(kinds(events, 1)).containsExactly(LifecycleKind.DEFINED);
        }
    }

    @Test
    void nothingIsToldAfterASubscriptionIsClosed() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> closedOnes = new LinkedBlockingQueue<>();
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        connection.subscribe(closedOnes::add).close();
        try (var _ = connection.subscribe(events::add)) {
            // when
            connection.defineXML(xml("t")).close();
            // then
            kinds(events, 1);
            assertThat(closedOnes).isEmpty();
        }
    }

    @Test
    void errorsAreTypedByTheirCode() {
        // given
        try (var domain = connection.defineXML(xml("t"))) {
            // when
            var notRunning = catchThrowableOfType(LibvirtException.class, domain::destroy);
            var noXml = catchThrowableOfType(LibvirtException.class, () -> connection.defineXML("<domain"));
            var badSchema = catchThrowableOfType(
                    LibvirtException.class,
                    () -> connection.defineXML(xml("t").replace("<vcpu>", "<surprise/><vcpu>")));
            var nameTaken = catchThrowableOfType(
                    LibvirtException.class,
                    () -> connection.defineXML(
                            xml("t").replace(uuid.toString(), UUID.randomUUID().toString())));
            // then
            assertThat(notRunning.kind()).isEqualTo(ErrorKind.OPERATION_INVALID);
            assertThat(notRunning.code()).isEqualTo(55);
            assertThat(notRunning).hasMessageContaining("not running");
            assertThat(noXml.kind()).isEqualTo(ErrorKind.XML_ERROR);
            assertThat(badSchema.kind()).isEqualTo(ErrorKind.XML_INVALID_SCHEMA);
            assertThat(nameTaken.kind()).isEqualTo(ErrorKind.OPERATION_FAILED);
        }
    }

    @Test
    void whatTheDriverLacksIsUnsupported() {
        try (var domain = connection.defineXML(xml("t"))) {
            var lease = catchThrowableOfType(
                    LibvirtException.class,
                    () -> connection
                            .lookupNetworkByName("default")
                            .orElseThrow()
                            .dhcpLeases());
            var flag = catchThrowableOfType(LibvirtException.class, () -> domain.undefine(UndefineFlag.KEEP_NVRAM));

            assertThat(lease.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            assertThat(flag.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        }
    }

    @Test
    void networkIsDefinedStartedChangedAndRemoved() {
        // given
        var host = "<host mac='52:54:00:00:00:0a' name='web' ip='10.1.2.9'/>";
        try (var network = connection.defineNetworkXML("""
                <network><name>lan</name><ip address='10.1.2.1' prefix='24'>
                  <dhcp><range start='10.1.2.2' end='10.1.2.254'/></dhcp></ip></network>
                """)) {
            network.create();
            // when
            network.addDhcpHost(host, Affect.LIVE_AND_CONFIG);
            var given = network.xml();
            network.deleteDhcpHost(host, Affect.LIVE_AND_CONFIG);
            var taken = network.xml();
            network.destroy();
            network.undefine();
            // then
            assertThat(given).contains("mac='52:54:00:00:00:0a' name='web' ip='10.1.2.9'");
            assertThat(taken).doesNotContain("52:54:00:00:00:0a");
            assertThat(connection.lookupNetworkByName("lan")).isEmpty();
        }
    }

    @Test
    void poolsAreListedAndTheirVolumesLookedUp() {
        // when
        try (var pool = connection.lookupStoragePoolByName("default-pool").orElseThrow()) {
            // then
            assertThat(connection.listAllStoragePools())
                    .extracting(StoragePool::name)
                    .contains("default-pool");
            assertThat(pool.isActive()).isTrue();
            assertThat(pool.lookupVolByName("nothing.img")).isEmpty();
            assertThat(connection.lookupStoragePoolByName("nowhere")).isEmpty();
        }
    }

    @Test
    void networksAreListedAndStarted() {
        // given
        try (var network = connection.lookupNetworkByName("default").orElseThrow()) {
            // when
            var names = connection.listAllNetworks().stream().map(Network::name).toList();
            // then
            assertThat(names).contains("default");
            assertThat(network.isActive()).isTrue();
            assertThat(network.xml()).contains("<name>default</name>");
            assertThatThrownBy(network::create)
                    .isInstanceOfSatisfying(
                            LibvirtException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.OPERATION_INVALID));
        }
    }

    @Test
    void nodeTellsItsShape() {
        // given
        var node = connection.nodeInfo();
        // then
        assertThat(node).isEqualTo(new NodeInfo("i686", 3072L << 20, 16, 1400, 2, 2, 2, 2));
        assertThat(connection.freeMemoryBytes()).isPositive();
        assertThat(connection.capabilities()).startsWith("<capabilities>");
        assertThat(connection.cpuModelNames("x86_64")).contains("Skylake-Server");
        assertThat(connection.hostname()).isNotBlank();
        assertThat(connection.libVersion()).isEqualTo(Libvirt.version());
        assertThat(connection.hypervisorVersion()).isPositive();
        assertThat(connection.isAlive()).isTrue();
    }

    @Test
    void libraryKnowsWhatItOffers() {
        assertThat(Libvirt.version()).isGreaterThanOrEqualTo(9_000_000);
        assertThat(Libvirt.offers("virDomainGetState")).isTrue();
        assertThat(Libvirt.offers("virDomainLaunchRocket")).isFalse();
    }

    @Test
    void absentDaemonIsALostConnection() {
        assertThatThrownBy(() -> Connection.open("qemu+unix:///system?socket=/nonexistent"))
                .isInstanceOfSatisfying(
                        LibvirtException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION_LOST));
    }

    @Test
    void closingTwiceIsOnceAndAClosedConnectionIsLost() {
        // given
        var other = Connection.open("test:///default");
        // when
        other.close();
        other.close();
        // then
        assertThat(other.isAlive()).isFalse();
        assertThatThrownBy(other::libVersion)
                .isInstanceOfSatisfying(
                        LibvirtException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION_LOST));
    }

    @Test
    void closedDomainStillHasItsNameButMakesNoCalls() {
        // given
        var domain = connection.defineXML(xml("t"));
        // when
        domain.close();
        domain.close();
        // then
        assertThat(domain.name()).isEqualTo("t");
        assertThatThrownBy(domain::state).isInstanceOf(IllegalStateException.class);
    }

    private List<UUID> uuids(ListFlag... flags) {
        return connection.listAllDomains(flags).stream().map(Domain::uuid).toList();
    }

    private List<LifecycleKind> kinds(BlockingQueue<DomainEvent> events, int count) throws InterruptedException {
        var kinds = new ArrayList<LifecycleKind>();
        while (kinds.size() < count) {
            if (events.poll(10, TimeUnit.SECONDS) instanceof Lifecycle event
                    && event.uuid().equals(uuid)) {
                kinds.add(event.kind());
            } else {
                throw new AssertionError("only " + kinds);
            }
        }
        return kinds;
    }

    private List<LifecycleDetail> details(BlockingQueue<DomainEvent> events, LifecycleDetail last)
            throws InterruptedException {
        var details = new ArrayList<LifecycleDetail>();
        while (!details.contains(last)) {
            var event = events.poll(10, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("only " + details);
            }
            if (event instanceof Lifecycle lifecycle && lifecycle.uuid().equals(uuid)) {
                details.add(lifecycle.detail());
            }
        }
        return details;
    }

    private String xml(String name) {
        return """
                <domain type='test'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>64</memory>
                  <vcpu>2</vcpu>
                  <os><type>hvm</type></os>
                </domain>""".formatted(name, uuid);
    }
}
