package dev.meridian.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the processes of a reservation pod that was deleted, once the guest is gone. Its PID 1 ignores SIGTERM, and
 * kubelet does not act on a later, shorter grace period.
 */
final class ReservationProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(ReservationProcesses.class);

    private ReservationProcesses() {}

    static void end(String podUid) {
        ProcessHandle.allProcesses().filter(process -> isIn(process, podUid)).forEach(process -> {
            LOG.atInfo()
                    .addKeyValue("pod", podUid)
                    .addKeyValue("pid", process.pid())
                    .log("ending a reservation that was deleted");
            process.destroyForcibly();
        });
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
