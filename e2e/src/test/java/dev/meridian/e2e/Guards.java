package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The guards of all nodes, as the chart has them, for as long as this is open. */
final class Guards implements AutoCloseable {
    /** In a machine's spec: its guest is to be held. */
    static final String GUARDED = "  isolationResponse: PowerOff\n";

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Testbed testbed;

    private Guards(Testbed testbed) {
        this.testbed = testbed;
    }

    static Guards enabled(Testbed testbed) {
        var guards = new Guards(testbed);
        guards.set(true);
        return guards;
    }

    private void set(boolean isEnabled) {
        testbed.verb(
                        "helm",
                        "upgrade",
                        "meridian",
                        "charts/meridian",
                        "--namespace",
                        "meridian-system",
                        "--reuse-values",
                        "--set",
                        "guard.enabled=" + isEnabled,
                        "--wait",
                        "--timeout",
                        "3m")
                .orFail();
    }

    /** New ones take the place of those that run. */
    void exchange() {
        testbed.kubectl("-n", "meridian-system", "rollout", "restart", "daemonset/meridian-guard")
                .orFail();
    }

    String lease(Testbed.Node node, String output) {
        return testbed.kubectl("-n", "meridian-system", "get", "lease", "meridian-guard-" + node.name(), "-o", output)
                .output();
    }

    void awaitLeaseHeld(Testbed.Node node) {
        Awaitility.await("the guard to hold its Lease")
                .atMost(LIMIT)
                .until(() -> lease(node, "jsonpath={.spec.holderIdentity}").startsWith("guard/"));
    }

    void awaitNamedByLease(Testbed.Node node, String uid) {
        Awaitility.await("the Lease to name it")
                .atMost(LIMIT)
                .until(() -> lease(node, "yaml").contains(uid));
    }

    /** Another than that process. */
    static void awaitHeldByAnother(String uid, long before) {
        Awaitility.await("another guard to hold it")
                .atMost(LIMIT)
                .until(() -> holding(uid).filter(now -> now != before).isPresent());
    }

    /** The process that traces the machine's hypervisor. */
    static Optional<Long> holding(String uid) {
        return Optional.ofNullable(HypervisorProcesses.byUid().get(uid))
                .map(qemu -> said(qemu, "TracerPid:"))
                .filter(tracer -> tracer != 0)
                .map(tracer -> said(tracer, "Tgid:"));
    }

    private static long said(long process, String what) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process), "status"))) {
            return lines.filter(line -> line.startsWith(what))
                    .mapToLong(
                            line -> Long.parseLong(line.substring(what.length()).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException _) { // it ended
            return 0;
        }
    }

    @Override
    public void close() {
        set(false);
    }
}
