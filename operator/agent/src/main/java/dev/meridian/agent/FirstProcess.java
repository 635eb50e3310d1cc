package dev.meridian.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's first process, which has its files and its network; to look at it takes the node's PID namespace and CAP_SYS_PTRACE. */
final class FirstProcess {
    static final Path PROC = Path.of("/proc/1");

    private static final Logger LOG = LoggerFactory.getLogger(FirstProcess.class);
    private static final boolean IS_SEEN = look();

    private FirstProcess() {}

    /** Where it is not, this process is taken to have what the node has. */
    static boolean isSeen() {
        return IS_SEEN;
    }

    private static boolean look() {
        var isSeen = Files.exists(PROC.resolve("root/proc"));
        if (!isSeen) {
            LOG.atWarn()
                    .log(
                            "{} may not be looked at: the network and the boot id of this process are taken for the node's",
                            PROC);
        }
        return isSeen;
    }
}
