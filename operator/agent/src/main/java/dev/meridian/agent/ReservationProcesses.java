package dev.meridian.agent;

import dev.meridian.domain.host.CpuSet;
import dev.meridian.domain.placement.ReservationPod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of a reservation pod on the node. */
final class ReservationProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(ReservationProcesses.class);

    private static final String ALLOWED = "Cpus_allowed_list:";

    /** As the kernel tells it. */
    private static final String COMMAND_LINE = String.join("\0", ReservationPod.COMMAND) + "\0";

    private ReservationProcesses() {}

    static Stream<ProcessHandle> of(String podUid) {
        return ProcessHandle.allProcesses().filter(process -> isIn(process, podUid));
    }

    /**
     * Ends our own of a pod that was deleted, once the guest is gone. It ignores SIGTERM, and kubelet does not act on a
     * later, shorter grace period. The sandbox is kubelet's to end: one that has yet to hear of the deletion would make
     * another each second, while it starts a container that ends ever later.
     */
    static void end(String podUid) {
        of(podUid).filter(ReservationProcesses::isOurs).forEach(process -> {
            LOG.atInfo()
                    .addKeyValue("pod", podUid)
                    .addKeyValue("pid", process.pid())
                    .log("ending a reservation that was deleted");
            process.destroyForcibly();
        });
    }

    private static boolean isOurs(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .equals(COMMAND_LINE);
        } catch (IOException _) {
            return false; // it ended meanwhile
        }
    }

    /** Empty of one that ended meanwhile. */
    static Set<Integer> allowedCpus(ProcessHandle process) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith(ALLOWED))
                    .findFirst()
                    .flatMap(
                            line -> CpuSet.read(line.substring(ALLOWED.length()).strip()))
                    .<Set<Integer>>map(cpus -> cpus)
                    .orElse(Set.of());
        } catch (IOException | UncheckedIOException _) {
            return Set.of();
        }
    }

    /** kubelet names a pod's cgroup by its uid; with the systemd driver an underscore stands for each dash. */
    private static boolean isIn(ProcessHandle process, String podUid) {
        try {
            var groups = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cgroup"));
            return groups.contains("pod" + podUid) || groups.contains("pod" + podUid.replace('-', '_'));
        } catch (IOException _) {
            return false; // it ended meanwhile
        }
    }
}
