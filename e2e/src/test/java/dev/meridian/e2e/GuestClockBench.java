package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.ClockStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * How sharply the clock of a real distribution's guest is known, and whether its error bound is true: beside what the
 * guest's own console says of its clock.
 */
final class GuestClockBench {
    private static final int SAMPLES = Integer.getInteger("bench.guestclock.samples", 50);
    private static final Duration BOOT = Duration.ofMinutes(5);
    private static final Duration WATCHED = Duration.ofMinutes(3);
    private static final String NAME = "debian";

    private final Machines machines;
    private final Management agent;
    private final String labels;
    private final List<Double> errors = new ArrayList<>();
    private int violated;

    /**
     * What came of it.
     *
     * @param errors milliseconds
     * @param violated readings that the console's clock contradicts
     * @param writesAnHour to the API server, of an idle guest
     */
    record Verdict(List<Double> errors, int violated, double writesAnHour) {
        void report() {
            Figures.atMost("guest-clock-error-bound-p50-ms", Figures.percentile(errors, 50), 5);
            Figures.report("guest-clock-error-bound-p99-ms", Figures.percentile(errors, 99));
            Figures.atMost("guest-clock-bound-violated", violated, 0);
            Figures.atMost("clock-writes-idle", writesAnHour, 0);
        }
    }

    private GuestClockBench(Machines machines, Testbed.Node node) {
        this.machines = machines;
        this.agent = Management.of(node);
        this.labels = "{name=\"%s\",namespace=\"%s\"}".formatted(NAME, machines.namespace);
    }

    static Verdict run(Testbed testbed) {
        testbed.verb("distribution").orFail();
        var node = testbed.nodes().getFirst();
        try (var machines = new Machines(testbed, "guestclock")) {
            var disk = testbed.distributionDisk(node, machines.namespace + ".qcow2");
            machines.openTo(
                    machines.namespace,
                    Objects.requireNonNull(Path.of(disk).getParent()).toString());
            machines.createFrom(manifest(machines, node, disk));
            try {
                return new GuestClockBench(machines, node).measure();
            } finally {
                testbed.kubectl("delete", "hypervisorpolicy", machines.namespace)
                        .orFail();
            }
        }
    }

    private static String manifest(Machines machines, Testbed.Node node, String disk) {
        var guest = machines.testbed.distribution();
        return """
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: %s, namespace: %s}
                spec:
                  nodeSelector: {kubernetes.io/hostname: %s}
                  stopMode: Hard
                  cpu: {cores: 2}
                  memory: {guest: 768Mi}
                  firmware:
                    kernelBoot:
                      kernel: {hostPath: {path: %s}}
                      initrd: {hostPath: {path: %s}}
                      arguments: %s
                  disks:
                  - {name: root, hostPath: {path: %s, format: qcow2}}
                """.formatted(
                        NAME, machines.namespace, node.name(), guest.kernel(), guest.initrd(), guest.arguments(), disk);
    }

    private Verdict measure() {
        var began = Instant.now();
        Awaitility.await("the guest's agent to tell its clock")
                .atMost(BOOT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> Optional.ofNullable(machines.get(NAME).getStatus())
                        .flatMap(status -> Optional.ofNullable(status.clock()))
                        .map(ClockStatus::guest)
                        .isPresent());
        Figures.note(
                "guestclock: told %d s after its creation",
                Duration.between(began, Instant.now()).toSeconds());
        Awaitility.await("a shell on the guest's console")
                .atMost(BOOT)
                .ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(() -> !console().isEmpty());
        for (int i = 0; i < SAMPLES; i++) {
            sample(i);
        }
        AuditLog.awaitQuiet(machines.testbed);
        var since = Instant.now();
        FaultedCluster.lasts((int) WATCHED.toMillis());
        var writes = AuditLog.since(machines.testbed, since).ours();
        return new Verdict(
                errors, violated, writes * (double) Duration.ofHours(1).dividedBy(WATCHED));
    }

    /** A changed wish has the clock read at once. */
    private void sample(int number) {
        var last = scrape("meridian_vm_clock_guest_offset_seconds");
        machines.editSpec(NAME, "{\"clock\":{\"guestSync\":{\"thresholdMillis\":%d}}}".formatted(1_000 + number));
        Awaitility.await("the clock to be read")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> scrape("meridian_vm_clock_guest_offset_seconds") != last);
        var offset = scrape("meridian_vm_clock_guest_offset_seconds") * 1_000;
        var error = scrape("meridian_vm_clock_guest_offset_error_seconds") * 1_000;
        errors.add(error);
        var asked = Instant.now();
        var guest = Instant.EPOCH.plusNanos(Long.parseLong(console()));
        var answered = Instant.now();
        var least = Duration.between(answered, guest).toNanos() / 1e6;
        var most = Duration.between(asked, guest).toNanos() / 1e6;
        if (offset + error < least || offset - error > most) {
            violated++;
            System.out.printf(
                    "EVIDENCE reading #%d: %.3f ms +-%.3f, its console between %.3f and %.3f%n",
                    number, offset, error, least, most);
        }
    }

    private String console() {
        return machines.type(NAME, "date +%s%N").strip();
    }

    private double scrape(String metric) {
        return agent.scrape(metric + labels).orElseThrow(() -> new AssertionError("no " + metric + labels));
    }
}
