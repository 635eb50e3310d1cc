package dev.meridian.libvirt;

import com.sun.jna.Function;
import dev.meridian.libvirt.DomainEvent.Lifecycle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * How much of this process's memory stays behind after many calls of each kind: {@code binding-leak-mib}.
 *
 * <p>All of the process's resident memory is counted, that of C as that of Java. The Java heap is of one size and
 * touched from its beginning, malloc has one arena (pom.xml), and before each reading garbage is collected and malloc
 * gives free pages back: what is left over is held. The kind that grew most is the figure. The calls go to the test
 * driver of a daemon of our own, through the same client code as those to QEMU's.
 */
final class LeakBench {

    private static final double LIMIT_MIB = 2;
    private static final int CALLS = 200_000;

    /** The client opens a socket and asks a dozen things for each. */
    private static final int CONNECTIONS = 10_000;

    private static final int SETTLING = 5;
    private static final UUID SHUT_OFF = new UUID(0x1000_4000L, 1);
    private static final UUID RUNNING = new UUID(0x1000_4000L, 2);
    private static final String METADATA_URI = "urn:meridian:bench";

    private LeakBench() {}

    /** One kind of call; {@code calls} of them are counted, after a tenth as many that are not. */
    private record Kind(String name, int calls, Runnable call) {
        Kind(String name, Runnable call) {
            this(name, CALLS, call);
        }

        private void warmUp() {
            repeat(calls / 10);
        }

        private double growthMib() {
            double before = residentMib();
            repeat(calls);
            double growth = residentMib() - before;
            System.out.printf("leak: %-12s %6d calls %+.2f MiB%n", name, calls, growth);
            return growth;
        }

        private void repeat(int times) {
            for (int i = 0; i < times; i++) {
                call.run();
            }
        }
    }

    public static void main(String[] arguments) {
        try (var daemon = PrivateLibvirtd.start()) {
            var uri = daemon.uri("test", "/default");
            try (var connection = Connection.open(uri);
                    var commands = new CommandConnections(() -> Connection.open(uri), 1);
                    var shutOff = connection.defineXML(xml(SHUT_OFF));
                    var running = connection.defineXML(xml(RUNNING))) {
                running.create();
                var kinds = kinds(uri, connection, commands, shutOff, running);
                kinds.forEach(Kind::warmUp);
                report(kinds.stream().mapToDouble(Kind::growthMib).max().orElseThrow());
            }
        }
    }

    private static List<Kind> kinds(
            String uri, Connection connection, CommandConnections commands, Domain shutOff, Domain running) {
        var stopped = new Semaphore(0);
        connection.subscribe(event -> {
            if (event instanceof Lifecycle seen && seen.kind() == LifecycleKind.STOPPED) {
                stopped.release();
            }
        });
        return List.of(
                new Kind(
                        "lookup",
                        () -> connection.lookupByUUID(RUNNING).orElseThrow().close()),
                new Kind("state", running::state),
                new Kind("info", running::info),
                new Kind("xml", () -> running.xml(XmlFlag.INACTIVE)),
                new Kind("metadata", () -> running.metadata(METADATA_URI, Affect.CONFIG)),
                new Kind(
                        "setMetadata",
                        () -> running.setMetadata("<clock offset='1'/>", "m", METADATA_URI, Affect.CONFIG)),
                new Kind("list", () -> connection.listAllDomains().forEach(Domain::close)),
                new Kind("networks", () -> connection.listAllNetworks().forEach(Network::close)),
                new Kind("addresses", () -> running.interfaceAddresses(AddressSource.LEASE)),
                new Kind("diskErrors", running::diskErrors),
                new Kind("nodeInfo", connection::nodeInfo),
                new Kind(
                        "define",
                        () -> connection.defineValidatedXML(xml(SHUT_OFF)).close()),
                new Kind("notFound", () -> connection.lookupByName("nobody")),
                new Kind("failing", () -> fail(shutOff)),
                new Kind("command", () -> commands.call().run(Connection::libVersion)),
                new Kind("subscription", () -> connection.subscribe(_ -> {}).close()),
                new Kind("events", CALLS / 2, () -> startAndStop(shutOff, stopped)),
                new Kind("connection", CONNECTIONS, () -> openAndClose(uri)));
    }

    private static void fail(Domain shutOff) {
        try {
            shutOff.destroy();
        } catch (LibvirtException expected) {
            if (expected.is(ErrorKind.OPERATION_INVALID)) {
                return;
            }
            throw expected;
        }
        throw new IllegalStateException("destroyed what does not run");
    }

    /** Two events at least. */
    private static void startAndStop(Domain domain, Semaphore stopped) {
        domain.create();
        domain.destroy();
        stopped.acquireUninterruptibly();
    }

    /** Registers and deregisters a callback for the close and for each kind of event. */
    private static void openAndClose(String uri) {
        try (var connection = Connection.open(uri)) {
            connection.onClose(_ -> {});
            connection.subscribe(_ -> {});
        }
    }

    private static void report(double growthMib) {
        System.out.printf(
                "figure binding-leak-mib %.2f %.2f %s%n", growthMib, LIMIT_MIB, growthMib <= LIMIT_MIB ? "ok" : "MISS");
    }

    /** The least of a few readings: cleaners run on threads of their own, after the collector. */
    private static double residentMib() {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < SETTLING; i++) {
            System.gc();
            LockSupport.parkNanos(100_000_000);
            Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0});
            least = Math.min(least, residentKib() / 1024.0);
        }
        return least;
    }

    private static long residentKib() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String xml(UUID uuid) {
        return """
                <domain type='test'>
                  <name>bench-%s</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>64</memory>
                  <os><type>hvm</type></os>
                  <devices>
                    <disk type='file'><source file='/nowhere'/><target dev='vda' bus='virtio'/></disk>
                    <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/></interface>
                  </devices>
                </domain>""".formatted(uuid, uuid);
    }
}
