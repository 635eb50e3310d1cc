package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meridian.libvirt.DomainEvent.IoError;
import dev.meridian.libvirt.DomainEvent.IoErrorAction;
import dev.meridian.libvirt.DomainEvent.Lifecycle;
import dev.meridian.libvirt.DomainState.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the qemu driver of a daemon of our own, with machines that have no disk and find nothing to boot. */
class QemuDriverTest {

    private static final String METADATA_URI = "urn:meridian:test";

    private static final String INTERFACE = """
            <interface type='user'>
              <mac address='52:54:00:00:00:07'/>
              <model type='virtio'/>
              <link state='up'/>
            </interface>""";

    private static @Nullable PrivateLibvirtd daemon;
    private final UUID uuid = UUID.randomUUID();
    private Connection connection;

    @BeforeAll
    static void startDaemon() {
        daemon = PrivateLibvirtd.start();
    }

    @AfterAll
    static void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @BeforeEach
    void open() {
        connection = Connection.open(daemon().uri("qemu", "/system"));
    }

    @AfterEach
    void close() {
        connection.lookupByUUID(uuid).ifPresent(domain -> {
            try (domain) {
                if (domain.isActive()) {
                    domain.destroy();
                }
                domain.undefine(UndefineFlag.MANAGED_SAVE);
            }
        });
        connection.close();
    }

    @Test
    void cpuIsComparedWithWhatTheHostHas() {
        // given
        var known = "<cpu mode='custom' match='exact'><model>qemu64</model></cpu>";
        var lacking =
                "<cpu mode='custom' match='exact'><model>qemu64</model><feature policy='require' name='avx512f'/></cpu>";

        // when
        connection.compareCpu("x86_64", "q35", "qemu", known);
        var failure = catchThrowableOfType(
                LibvirtException.class, () -> connection.compareCpu("x86_64", "q35", "qemu", lacking));
        var machine = catchThrowableOfType(
                LibvirtException.class, () -> connection.domainCapabilities(null, "x86_64", "pc-q35-99.0", "qemu"));

        // then
        assertThat(failure.kind()).isEqualTo(ErrorKind.CPU_INCOMPATIBLE);
        assertThat(failure.message()).contains("required features: avx512f");
        assertThat(machine.message()).contains("pc-q35-99.0");
    }

    @Test
    void cpuIsToldFeatureByFeature() {
        // when
        var expanded = connection.expandCpu(
                null,
                "x86_64",
                "q35",
                "qemu",
                "<cpu><model>qemu64</model><feature policy='require' name='smap'/><feature policy='disable' name='pni'/></cpu>");

        // then
        assertThat(expanded)
                .contains("policy='require' name='smap'", "policy='disable' name='pni'")
                .as("of the model itself")
                .contains("policy='require' name='lm'");
    }

    @Test
    void machineStartsPausesResumesResetsAndIsDestroyed() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        try (var subscription = connection.subscribe(events::add);
                var domain = connection.defineXML(xml())) {
            // when
            domain.create();
            // then
            assertThat(subscription.unsupported()).isEmpty();
            assertThat(domain.state()).isEqualTo(new DomainState(State.RUNNING, StateReason.RUNNING_BOOTED));
            domain.suspend();
            assertThat(domain.state()).isEqualTo(new DomainState(State.PAUSED, StateReason.PAUSED_USER));
            domain.resume();
            domain.reset();
            assertThat(domain.state()).isEqualTo(new DomainState(State.RUNNING, StateReason.RUNNING_UNPAUSED));
            domain.destroy();
            assertThat(domain.state()).isEqualTo(new DomainState(State.SHUTOFF, StateReason.SHUTOFF_DESTROYED));
            assertThat(lifecycle(events, LifecycleKind.STOPPED))
                    .containsSubsequence(
                            LifecycleKind.DEFINED,
                            LifecycleKind.STARTED,
                            LifecycleKind.SUSPENDED,
                            LifecycleKind.RESUMED,
                            LifecycleKind.STOPPED);
        }
    }

    @Test
    void gracefulDestroyEndsAWillingMachine() {
        // given
        try (var domain = connection.defineXML(xml())) {
            domain.create(StartFlag.PAUSED);
            assertThat(domain.state().state()).isEqualTo(State.PAUSED);
            // when
            domain.destroyGracefully();
            // then
            assertThat(domain.isActive()).isFalse();
        }
    }

    @Test
    void runningXmlAndDefinitionDiffer() {
        // given
        try (var domain = connection.defineXML(xml())) {
            domain.create();
            // when
            connection.defineXML(xml().replace("<vcpu>1", "<vcpu>2")).close();
            // then
            assertThat(domain.xml())
                    .contains("<vcpu placement='static'>1</vcpu>")
                    .contains("type='qemu' id='");
            assertThat(domain.xml(XmlFlag.INACTIVE)).contains("<vcpu placement='static'>2</vcpu>");
        }
    }

    @Test
    void definitionIsUpdatedRenamedAndRemovedWithEventsThatSaySo() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        try (var _ = connection.subscribe(events::add);
                var domain = connection.defineXML(xml())) {
            // when
            connection.defineXML(xml().replace("<vcpu>1", "<vcpu>2")).close();
            domain.rename("meridian-renamed");
            domain.undefine();
            // then
            assertThat(details(events, LifecycleDetail.UNDEFINED_REMOVED))
                    .containsExactly(
                            LifecycleDetail.DEFINED_ADDED,
                            LifecycleDetail.DEFINED_UPDATED,
                            LifecycleDetail.UNDEFINED_RENAMED,
                            LifecycleDetail.DEFINED_RENAMED,
                            LifecycleDetail.UNDEFINED_REMOVED);
        }
    }

    @Test
    void runningMachineIsNotRenamed() {
        // given
        try (var domain = connection.defineXML(xml())) {
            domain.create();
            // when
            var refused = catchThrowableOfType(LibvirtException.class, () -> domain.rename("meridian-renamed"));
            // then
            assertThat(refused.kind()).isEqualTo(ErrorKind.OPERATION_INVALID);
        }
    }

    @Test
    void savedMachineGoesOnFromItsMemory() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        try (var _ = connection.subscribe(events::add);
                var domain = connection.defineXML(xml())) {
            domain.create();
            // when
            domain.managedSave(SaveFlag.PAUSED);
            // then
            assertThat(domain.hasManagedSave()).isTrue();
            assertThat(domain.state()).isEqualTo(new DomainState(State.SHUTOFF, StateReason.SHUTOFF_SAVED));
            domain.create();
            assertThat(domain.hasManagedSave()).isFalse();
            assertThat(domain.state().state()).isEqualTo(State.PAUSED);
            domain.destroy();
            assertThat(details(events, LifecycleDetail.STOPPED_DESTROYED))
                    .containsSubsequence(
                            LifecycleDetail.STARTED_BOOTED,
                            LifecycleDetail.STOPPED_SAVED,
                            LifecycleDetail.STARTED_RESTORED,
                            LifecycleDetail.STOPPED_DESTROYED);
        }
    }

    @Test
    void savedMemoryIsThrownAway() {
        // given
        try (var domain = connection.defineXML(xml())) {
            domain.create();
            domain.managedSave();
            assertThat(catchThrowableOfType(LibvirtException.class, domain::undefine)
                            .kind())
                    .isEqualTo(ErrorKind.OPERATION_INVALID);
            // when
            domain.managedSaveRemove();
            // then
            assertThat(domain.hasManagedSave()).isFalse();
            domain.undefine();
        }
    }

    @Test
    void killedMachineStoppedAsFailedAndItsStateSaysCrashed() throws InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        try (var _ = connection.subscribe(events::add);
                var domain = connection.defineXML(xml())) {
            domain.create();
            // when
            daemon().qemu(domain.name()).destroyForcibly();
            // then
            assertThat(details(events, LifecycleDetail.STOPPED_FAILED)).contains(LifecycleDetail.STARTED_BOOTED);
            assertThat(domain.state()).isEqualTo(new DomainState(State.SHUTOFF, StateReason.SHUTOFF_CRASHED));
        }
    }

    @Test
    void linkOfAnInterfaceChangesWhileTheMachineRuns() {
        // given
        try (var domain = connection.defineXML(xml().replace("<memballoon", INTERFACE + "<memballoon"))) {
            domain.create();
            // when
            domain.updateDevice(INTERFACE.replace("state='up'", "state='down'"), Affect.LIVE);
            // then
            assertThat(domain.xml()).contains("<link state='down'/>");
            assertThat(domain.xml(XmlFlag.INACTIVE)).contains("<link state='up'/>");
            domain.updateDevice(INTERFACE.replace("state='up'", "state='down'"), Affect.CONFIG);
            assertThat(domain.xml(XmlFlag.INACTIVE)).contains("<link state='down'/>");
            var model = catchThrowableOfType(
                    LibvirtException.class,
                    () -> domain.updateDevice(INTERFACE.replace("virtio", "e1000"), Affect.LIVE));
            assertThat(model.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        }
    }

    @Test
    void failedReadPausesTheMachineAndNamesTheDisk() throws IOException, InterruptedException {
        // given
        BlockingQueue<DomainEvent> events = new LinkedBlockingQueue<>();
        var server = NbdServer.start();
        try (server;
                var _ = connection.subscribe(events::add);
                var domain = connection.defineXML(xml().replace("<memballoon", server.disk() + "<memballoon"))) {
            domain.create(StartFlag.PAUSED);
            assertThat(domain.diskErrors()).isEmpty();
            server.close();
            // when
            domain.resume();
            // then
            assertThat(until(events, IoError.class::isInstance).getLast())
                    .isInstanceOfSatisfying(IoError.class, error -> {
                        assertThat(error.action()).isEqualTo(IoErrorAction.PAUSE);
                        assertThat(error.path()).isEqualTo(NbdServer.EXPORT);
                        assertThat(error.alias()).isEqualTo("virtio-disk0");
                        assertThat(error.reason()).isEmpty();
                    });
            assertThat(details(events, LifecycleDetail.SUSPENDED_IOERROR)).hasSize(1);
            assertThat(domain.state()).isEqualTo(new DomainState(State.PAUSED, StateReason.PAUSED_IOERROR));
            assertThat(domain.diskErrors()).containsExactly(new DiskError("vda", DiskError.Cause.UNSPECIFIED));
        }
    }

    @Test
    void metadataOfTheDefinitionAndTheRunningMachineAreApart() {
        // given
        try (var domain = connection.defineXML(xml())) {
            domain.create();
            // when
            domain.setMetadata("<clock offset='1'/>", "m", METADATA_URI, Affect.CONFIG);
            // then
            assertThat(domain.metadata(METADATA_URI, Affect.LIVE)).isEmpty();
            assertThat(domain.metadata(METADATA_URI, Affect.CONFIG)).hasValue("<clock offset=\"1\"/>");
            domain.setMetadata("<clock offset='2'/>", "m", METADATA_URI, Affect.LIVE_AND_CONFIG);
            assertThat(domain.metadata(METADATA_URI, Affect.LIVE)).hasValue("<clock offset=\"2\"/>");
        }
    }

    @Test
    void definitionThatTheSchemaRefusesIsTyped() {
        // when
        var schema = catchThrowableOfType(
                LibvirtException.class, () -> connection.defineXML(xml().replace("<vcpu>", "<surprise/><vcpu>")));
        var machine = catchThrowableOfType(
                LibvirtException.class, () -> connection.defineXML(xml().replace("machine='q35'", "machine='abacus'")));
        // then
        assertThat(schema.kind()).isEqualTo(ErrorKind.XML_INVALID_SCHEMA);
        assertThat(machine.kind()).isEqualTo(ErrorKind.CONFIG_UNSUPPORTED);
    }

    @Test
    void callsInTheWrongStateAreTyped() {
        try (var domain = connection.defineXML(xml())) {
            assertThat(catchThrowableOfType(LibvirtException.class, domain::shutdown)
                            .kind())
                    .isEqualTo(ErrorKind.OPERATION_INVALID);
            domain.create();
            assertThat(catchThrowableOfType(LibvirtException.class, domain::create)
                            .kind())
                    .isEqualTo(ErrorKind.OPERATION_INVALID);
            assertThat(catchThrowableOfType(LibvirtException.class, domain::time)
                            .kind())
                    .isIn(ErrorKind.UNSUPPORTED, ErrorKind.CONFIG_UNSUPPORTED, ErrorKind.AGENT_UNRESPONSIVE);
        }
    }

    @Test
    void domainThatIsGoneIsTyped() {
        // given
        try (var domain = connection.defineXML(xml())) {
            domain.undefine();
            // when
            var gone = catchThrowableOfType(LibvirtException.class, domain::state);
            // then
            assertThat(gone.kind()).isEqualTo(ErrorKind.NO_DOMAIN);
        }
    }

    @Test
    void interfacesOfAMachineWithoutAnyAreNone() {
        try (var domain = connection.defineXML(xml())) {
            domain.create();
            assertThat(domain.interfaceAddresses(AddressSource.LEASE)).isEmpty();
        }
    }

    @Test
    void autostartIsKept() {
        try (var domain = connection.defineXML(xml())) {
            domain.setAutostart(true);
            assertThat(daemon().autostarts()).containsExactly(domain.name());
            domain.setAutostart(false);
            assertThat(daemon().autostarts()).isEmpty();
        }
    }

    @Test
    void driverThatTheDaemonLacksIsTyped() {
        // when
        var failure =
                catchThrowableOfType(LibvirtException.class, () -> Connection.open(daemon().uri("abacus", "/system")));
        // then
        assertThat(failure.kind()).isEqualTo(ErrorKind.NO_DRIVER);
    }

    @Test
    void hostTellsWhatItCanRun() {
        assertThat(connection.domainCapabilities(null, "x86_64", "q35", "qemu")).contains("<domain>qemu</domain>");
        assertThat(connection.capabilities()).contains("<host>");
        assertThat(connection.hypervisorVersion()).isGreaterThanOrEqualTo(7_000_000);
        assertThat(connection.nodeInfo().memoryBytes()).isGreaterThan(256L << 20);
        assertThat(connection.freeMemoryBytes()).isPositive();
    }

    @Test
    void networkFilterIsDefinedAndRemoved() {
        // given
        var xml = "<filter name='quiet' chain='root'><rule action='drop' direction='out'><ipv6/></rule></filter>";
        // when
        connection.defineNwFilterXML(xml).close();
        var defined = connection.lookupNwFilterByName("quiet");
        try (var filter = defined.orElseThrow()) {
            filter.undefine();
        }
        // then
        assertThat(connection.lookupNwFilterByName("quiet")).isEmpty();
    }

    @Test
    void networkIsListedAndTellsItsLeases() {
        // given
        try (var network = connection.lookupNetworkByName("default").orElseThrow()) {
            // when
            var leases = network.dhcpLeases();
            // then
            assertThat(network.isActive()).isFalse();
            assertThat(connection.listAllNetworks()).extracting(Network::name).containsExactly("default");
            assertThat(leases)
                    .containsExactlyInAnyOrder(
                            new DhcpLease(
                                    PrivateLibvirtd.BRIDGE,
                                    PrivateLibvirtd.LEASE_EXPIRY,
                                    Optional.of("52:54:00:00:00:01"),
                                    new IpAddress("192.168.222.17", 24),
                                    Optional.of("guest")),
                            new DhcpLease(
                                    PrivateLibvirtd.BRIDGE,
                                    PrivateLibvirtd.LEASE_EXPIRY,
                                    Optional.of("52:54:00:00:00:02"),
                                    new IpAddress("192.168.222.18", 24),
                                    Optional.empty()));
        }
    }

    private static PrivateLibvirtd daemon() {
        if (daemon == null) {
            throw new IllegalStateException("daemon is not started");
        }
        return daemon;
    }

    private List<LifecycleKind> lifecycle(BlockingQueue<DomainEvent> events, LifecycleKind last)
            throws InterruptedException {
        return until(events, event -> event instanceof Lifecycle lifecycle && lifecycle.kind() == last).stream()
                .flatMap(event -> event instanceof Lifecycle lifecycle ? Stream.of(lifecycle.kind()) : Stream.empty())
                .toList();
    }

    private List<LifecycleDetail> details(BlockingQueue<DomainEvent> events, LifecycleDetail last)
            throws InterruptedException {
        return until(events, event -> event instanceof Lifecycle lifecycle && lifecycle.detail() == last).stream()
                .flatMap(event -> event instanceof Lifecycle lifecycle ? Stream.of(lifecycle.detail()) : Stream.empty())
                .toList();
    }

    /** All events of the test's domain up to the first of which that is true. */
    private List<DomainEvent> until(BlockingQueue<DomainEvent> events, Predicate<DomainEvent> last)
            throws InterruptedException {
        var seen = new ArrayList<DomainEvent>();
        while (seen.isEmpty() || !last.test(seen.getLast())) {
            var event = events.poll(10, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("only " + seen);
            }
            if (event.uuid().equals(uuid)) {
                seen.add(event);
            }
        }
        return seen;
    }

    private String xml() {
        return """
                <domain type='qemu'>
                  <name>meridian-test</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>32</memory>
                  <vcpu>1</vcpu>
                  <os><type arch='x86_64' machine='q35'>hvm</type></os>
                  <devices>
                    <controller type='usb' model='none'/>
                    <memballoon model='none'/>
                  </devices>
                </domain>""".formatted(uuid);
    }
}
