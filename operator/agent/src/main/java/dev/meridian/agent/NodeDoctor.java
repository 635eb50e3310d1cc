package dev.meridian.agent;

import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.KernelClock;
import dev.meridian.libvirt.LibvirtException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Looks at what a node needs to run machines well; it changes nothing, and an agent may run meanwhile. */
public final class NodeDoctor {
    /** 9.0.0, as libvirt counts (virConnectGetLibVersion). */
    private static final long OLDEST_LIBVIRT = 9_000_000;

    private static final long MAJOR = 1_000_000;
    private static final long MINOR = 1_000;
    private static final long LITTLE_ROOM = 1L << 30;
    /** libvirt's own. */
    private static final int FIRST_WORKERS = 5;

    /** libvirt's own. */
    private static final int MOST_WORKERS = 20;

    private static final Pattern NUMBER = Pattern.compile("(?m)^[ \\t]*(\\w+)[ \\t]*=[ \\t]*(\\d{1,9})[ \\t]*$");
    private static final String LIBVIRT_GUESTS = "libvirt-guests.service";

    private final AgentOptions options;
    private final Path root;

    public NodeDoctor(AgentOptions options) {
        this(options, NodeRoot.seen().path());
    }

    /** @param root the node's / */
    NodeDoctor(AgentOptions options, Path root) {
        this.options = options;
        this.root = root;
    }

    public List<Finding> examine(Instant now) {
        var findings = new ArrayList<Finding>();
        findings.add(processes());
        findings.add(libvirt());
        findings.add(virtualisation());
        findings.add(zone(LibvirtProcess.find().map(LibvirtProcess::zone)));
        findings.add(workers(LibvirtProcess.find().flatMap(LibvirtProcess::daemon)));
        findings.add(guestsService());
        findings.add(confinement());
        findings.add(hook());
        findings.add(clock(KernelClock.read()));
        findings.add(state());
        findings.add(kubelet());
        findings.add(certificates(now));
        findings.add(connections(ReturnedConnections::warningOfNode));
        return findings;
    }

    private static Finding processes() {
        return FirstProcess.isSeen()
                ? Finding.ok("processes", "the node's processes are seen")
                : Finding.failed(
                        "processes",
                        "the node's first process may not be looked at",
                        "give the agent's pod hostPID and CAP_SYS_PTRACE, as the chart does");
    }

    private Finding libvirt() {
        var check = "libvirt";
        try (var connection = Connection.open(options.libvirtUri())) {
            var version = connection.libVersion();
            var words = "libvirt %d.%d.%d at %s"
                    .formatted(version / MAJOR, version % MAJOR / MINOR, version % MINOR, options.libvirtUri());
            return version >= OLDEST_LIBVIRT
                    ? Finding.ok(check, words + " answers")
                    : Finding.failed(check, words, "install libvirt 9.0.0 or later");
        } catch (LibvirtException e) {
            return Finding.failed(
                    check,
                    "%s does not answer: %s".formatted(options.libvirtUri(), e.getMessage()),
                    "install libvirt's daemon with its QEMU driver and start libvirtd or virtqemud; its socket is to be in"
                            + " /run/libvirt, and root to be let in");
        }
    }

    /** That /dev/kvm is there says nothing where the CPU has no virtualisation. */
    Finding virtualisation() {
        var check = "kvm";
        if (!HostFacts.cpuVirtualises()) {
            return Finding.warning(
                    check,
                    "the CPU has no virtualisation, guests are emulated and slow",
                    "switch it on in the firmware; of a node that is a guest itself, let its host pass it on");
        }
        return Files.exists(root.resolve("dev/kvm"))
                ? Finding.ok(check, "/dev/kvm is there")
                : Finding.warning(
                        check, "there is no /dev/kvm, guests are emulated and slow", "modprobe kvm_intel or kvm_amd");
    }

    static Finding zone(Optional<ZoneId> zone) {
        var check = "time-zone";
        if (zone.isEmpty()) {
            return Finding.warning(
                    check, "no process of libvirtd or virtqemud is seen", "start one of them; see finding \"libvirt\"");
        }
        return zone.get().getRules().equals(ZoneOffset.UTC.getRules())
                ? Finding.ok(check, "libvirt's local time is UTC")
                : Finding.warning(
                        check,
                        "libvirt's local time is that of %s: clocks of guests that keep local time change with it"
                                .formatted(zone.get()),
                        "put Environment=TZ=UTC below [Service] with 'systemctl edit libvirtd' (or virtqemud), and restart it when"
                                + " that suits: guests run on");
    }

    /**
     * libvirt adds a worker for a call that finds none free only while no other call waits (virThreadPoolSendJob subtracts
     * unsigned numbers and compares with zero). As soon as two have come at once, calls to hung guests keep all others waiting.
     */
    Finding workers(Optional<String> daemon) {
        var check = "workers";
        if (daemon.isEmpty()) {
            return Finding.warning(
                    check, "no process of libvirtd or virtqemud is seen", "start one of them; see finding \"libvirt\"");
        }
        var file = "etc/libvirt/%s.conf".formatted(daemon.get());
        var settings = numbers(root.resolve(file));
        int most = settings.getOrDefault("max_workers", MOST_WORKERS);
        int first = settings.getOrDefault("min_workers", FIRST_WORKERS);
        return first >= most
                ? Finding.ok(check, "%s has all of its %d workers from the start".formatted(daemon.get(), most))
                : Finding.warning(
                        check,
                        "%s begins with %d of %d workers, and may add none while calls to hung guests keep these"
                                .formatted(daemon.get(), first, most),
                        "put min_workers = %1$d in /%2$s, for its next start; until then: virt-admin -c %3$s:///system"
                                        .formatted(most, file, daemon.get())
                                + " server-threadpool-set %s --min-workers %d".formatted(daemon.get(), most));
    }

    private static Map<String, Integer> numbers(Path file) {
        try {
            return NUMBER.matcher(Files.readString(file))
                    .results()
                    .collect(Collectors.toMap(r -> r.group(1), r -> Integer.parseInt(r.group(2)), (_, last) -> last));
        } catch (NoSuchFileException _) {
            return Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What systemd starts, links in its directories say. */
    Finding guestsService() {
        var check = "libvirt-guests";
        try (var targets = Files.newDirectoryStream(root.resolve("etc/systemd/system"), "*.wants")) {
            for (var target : targets) {
                if (Files.exists(target.resolve(LIBVIRT_GUESTS), LinkOption.NOFOLLOW_LINKS)) {
                    return Finding.failed(
                            check,
                            "%s is enabled: it saves or stops guests when the node goes down, and starts them again when it is"
                                            .formatted(LIBVIRT_GUESTS)
                                    + " back, wherever they run by then",
                            "systemctl disable %s, and no --now: stopping it ends all guests of the node"
                                    .formatted(LIBVIRT_GUESTS));
                }
            }
        } catch (NoSuchFileException _) {
            return Finding.ok(check, "the node has no systemd");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Finding.ok(check, LIBVIRT_GUESTS + " is not enabled");
    }

    /** Of qemu.conf only what makes a guest that breaks out of QEMU more than it need be. */
    Finding confinement() {
        var check = "qemu.conf";
        var settings = credentials().qemuSettings();
        var loose = new ArrayList<String>();
        if (isRoot(settings)) {
            loose.add("user = \"root\": QEMU runs as root");
        }
        if ("none".equals(settings.get("security_driver"))) {
            loose.add("security_driver = \"none\": neither AppArmor nor SELinux holds QEMU");
        }
        return loose.isEmpty()
                ? Finding.ok(check, "QEMU is held as the distribution has it")
                : Finding.warning(
                        check,
                        String.join("; ", loose),
                        "take these lines out of /etc/libvirt/qemu.conf and restart libvirt; guests have it from their next start");
    }

    private static boolean isRoot(Map<String, String> settings) {
        return List.of("root", "+0", "0").contains(settings.getOrDefault("user", ""));
    }

    Finding hook() {
        var check = "hook";
        return Files.exists(root.resolve("etc/libvirt/hooks/qemu.d/meridian"))
                ? Finding.ok(
                        check, "the hook is there; condition HookActive of the Hypervisor says whether libvirt runs it")
                : Finding.warning(
                        check,
                        "without Meridian's hook the clock of a guest that powers off while the agent is away is uncertain",
                        "hook: {install: true} in a HypervisorPolicy for the node");
    }

    static Finding clock(KernelClock kept) {
        var check = "clock";
        return kept.isSynchronized()
                ? Finding.ok(check, "something keeps the node's clock")
                : Finding.warning(
                        check,
                        "nothing keeps the node's clock, to which its guests' offsets are related",
                        "run chrony or another NTP client on the node");
    }

    private Finding state() {
        var check = "state";
        var directory = options.stateDirectory();
        try {
            Files.delete(Files.createTempFile(directory, ".doctor", null));
            var usable = Files.getFileStore(directory).getUsableSpace();
            return usable >= LITTLE_ROOM
                    ? Finding.ok(check, "%s can be written, and has %d GiB left".formatted(directory, usable >> 30))
                    : Finding.warning(
                            check,
                            "%s has %d MiB left for images and disks".formatted(directory, usable >> 20),
                            "give it a file system of its own, or set imageCache in a HypervisorPolicy");
        } catch (IOException e) {
            return Finding.failed(
                    check,
                    "%s cannot be written: %s".formatted(directory, e),
                    "make it, or give --state-dir (the chart's agent.stateDir) another");
        }
    }

    private Finding kubelet() {
        var check = "kubelet";
        return Files.isDirectory(options.kubeletRoot().resolve("pods"))
                ? Finding.ok(check, "%s is kubelet's".formatted(options.kubeletRoot()))
                : Finding.failed(
                        check,
                        "%s has no pods: claims of machines are not found".formatted(options.kubeletRoot()),
                        "give --kubelet-root (the chart's agent.kubeletRoot) the directory that kubelet has as --root-dir");
    }

    private Finding certificates(Instant now) {
        var check = "migration";
        if (options.migration().isEmpty()) {
            return Finding.warning(
                    check,
                    "no guest can come here as it runs: it is not said where other nodes reach this one",
                    "give --migration-libvirt-uri and --migration-uri (the chart's agent.migration)");
        }
        return credentials()
                .defect(options.migration().get(), now)
                .map(defect -> Finding.warning(
                        check,
                        defect.message(),
                        "lay certificates, or have them issued: migration.tls in a HypervisorPolicy"))
                .orElseGet(() -> Finding.ok(check, "certificates are where libvirt and QEMU look for them"));
    }

    private static Finding connections(Supplier<Optional<String>> warning) {
        var check = "connections";
        return warning.get()
                .map(words -> Finding.warning(check, words, "and in a file of /etc/sysctl.d, for the next boot"))
                .orElseGet(() -> Finding.ok(check, "connections through bridges outlive a guest's return"));
    }

    private MigrationCredentials credentials() {
        return new MigrationCredentials(root.resolve("etc"));
    }
}
