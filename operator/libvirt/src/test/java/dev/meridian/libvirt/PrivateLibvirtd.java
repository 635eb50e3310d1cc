package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A libvirtd of our own: in a mount namespace where all that libvirt writes lies below one directory, with its
 * sockets in that directory too. The machine's libvirtd, if there is one, is never touched. Where it cannot run
 * the test fails and says what is missing.
 */
final class PrivateLibvirtd implements AutoCloseable {

    /** Kept between runs: asking QEMU for its capabilities takes seconds. */
    private static final Path CACHE = Path.of("target", "libvirt-cache").toAbsolutePath();

    private static final long START_SECONDS = 60;

    /** Of the network "default", which is defined, not active, and has two leases. */
    static final String BRIDGE = "meridian-test0";

    static final Instant LEASE_EXPIRY = Instant.parse("2100-01-01T00:00:00Z");

    private static final String QEMU_CONF = """
            user = "root"
            group = "root"
            security_driver = "none"
            cgroup_controllers = []
            namespaces = []
            remember_owner = 0
            stdio_handler = "file"
            """;

    private final Path directory;
    private final Process process;

    private PrivateLibvirtd(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    static PrivateLibvirtd start() {
        assertThat(missing()).as("what a libvirtd of our own lacks here").isEmpty();
        try {
            var directory = Files.createTempDirectory("meridian-libvirtd-");
            for (var name : List.of("etc/qemu/networks", "lib/dnsmasq", "log")) {
                Files.createDirectories(directory.resolve(name));
            }
            Files.createDirectories(CACHE);
            Files.writeString(directory.resolve("libvirtd.conf"), libvirtdConf(directory));
            Files.writeString(directory.resolve("etc/qemu.conf"), QEMU_CONF);
            Files.writeString(directory.resolve("etc/qemu/networks/default.xml"), network());
            Files.writeString(directory.resolve("lib/dnsmasq/" + BRIDGE + ".status"), leases());
            var process = new ProcessBuilder("unshare", "-m", "sh", "-c", script(directory))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
            var daemon = new PrivateLibvirtd(directory, process);
            daemon.awaitSocket();
            return daemon;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The given driver's URI by this daemon, such as {@code qemu} with {@code /system}. */
    String uri(String driver, String path) {
        return "%s+unix://%s?socket=%s".formatted(driver, path, socket());
    }

    /** Where a QEMU of this daemon can listen for a machine that comes. */
    String migrationUri() {
        return "unix://" + directory.resolve("migration");
    }

    /** Names of the qemu driver's domains that this daemon starts when it starts. */
    List<String> autostarts() {
        var links = directory.resolve("etc/qemu/autostart").toFile().list();
        return links == null
                ? List.of()
                : Stream.of(links).map(link -> link.replace(".xml", "")).toList();
    }

    /** The hypervisor process of a running domain of the qemu driver. */
    ProcessHandle qemu(String domain) {
        var pidFile = Path.of("/proc/%d/root/run/libvirt/qemu/%s.pid".formatted(process.pid(), domain));
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
                    .orElseThrow(() -> new IllegalStateException("the QEMU of " + domain + " has ended"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** How many sockets this process has open. */
    static long sockets() {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(PrivateLibvirtd::isSocket).count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException _) {
            return false; // closed meanwhile
        }
    }

    /** SIGKILL: no goodbye on any socket. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                kill();
            }
            delete();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> missing() {
        var needs = new LinkedHashMap<String, Boolean>();
        needs.put("root: run the tests as root", "root".equals(System.getProperty("user.name")));
        needs.put("/usr/sbin/libvirtd: install libvirt-daemon", executable("/usr/sbin/libvirtd"));
        needs.put("/usr/bin/qemu-system-x86_64: install qemu-system-x86", executable("/usr/bin/qemu-system-x86_64"));
        needs.put("/usr/bin/unshare: install util-linux", executable("/usr/bin/unshare"));
        needs.values().removeIf(there -> there);
        return List.copyOf(needs.keySet());
    }

    private static boolean executable(String file) {
        return Files.isExecutable(Path.of(file));
    }

    private static String script(Path directory) {
        return """
                set -e
                cd %1$s
                mount --make-rprivate /
                mount --bind etc /etc/libvirt
                mount --bind lib /var/lib/libvirt
                mount --bind log /var/log/libvirt
                mount --bind %2$s /var/cache/libvirt
                mkdir -p /run/libvirt
                mount -t tmpfs tmpfs /run/libvirt
                exec libvirtd --config %1$s/libvirtd.conf --pid-file %1$s/libvirtd.pid
                """.formatted(directory, CACHE);
    }

    /**
     * With all its workers from the start: while more calls wait than workers are free it adds none (9.0: the
     * difference of two unsigned numbers is compared with zero), and calls that hang may keep it there for good.
     */
    private static String libvirtdConf(Path directory) {
        return """
                unix_sock_dir = "%s"
                auth_unix_rw = "none"
                auth_unix_ro = "none"
                min_workers = 20
                host_uuid = "%s"
                """.formatted(directory, UUID.randomUUID());
    }

    private static String network() {
        return """
                <network>
                  <name>default</name>
                  <forward mode='nat'/>
                  <bridge name='%s'/>
                  <ip address='192.168.222.1' prefix='24'>
                    <dhcp><range start='192.168.222.2' end='192.168.222.99'/></dhcp>
                  </ip>
                </network>
                """.formatted(BRIDGE);
    }

    /** As libvirt's own leaseshelper writes them. */
    private static String leases() {
        return """
                [
                  {"ip-address": "192.168.222.17", "mac-address": "52:54:00:00:00:01",
                   "hostname": "guest", "expiry-time": %1$d},
                  {"ip-address": "192.168.222.18", "mac-address": "52:54:00:00:00:02", "expiry-time": %1$d}
                ]
                """.formatted(LEASE_EXPIRY.getEpochSecond());
    }

    private Path socket() {
        return directory.resolve("libvirt-sock");
    }

    private void awaitSocket() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.exists(socket())) {
            if (!process.isAlive() || System.nanoTime() > end) {
                kill();
                fail("libvirtd does not start: " + Files.readString(directory.resolve("output")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private void delete() {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(PrivateLibvirtd::delete);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
