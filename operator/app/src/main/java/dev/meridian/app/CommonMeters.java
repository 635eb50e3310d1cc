package dev.meridian.app;

import dev.meridian.app.PrometheusText.Sample;
import dev.meridian.app.PrometheusText.Timed;
import dev.meridian.josdk.ReconcilerMeter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Metrics that both processes have: of their reconcilers, and of themselves by the names that Prometheus has for them. */
final class CommonMeters {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final double NANOS_OF_A_SECOND = 1e9;

    private CommonMeters() {}

    static void loops(PrometheusText text, Map<String, ReconcilerMeter.Counted> loops) {
        text.histogram(
                "meridian_reconcile_duration_seconds",
                "How long a look at one object took",
                loops.entrySet().stream()
                        .map(loop ->
                                new Timed(of(loop.getKey()), loop.getValue().durations()))
                        .toList());
        text.counter(
                "meridian_reconcile_errors_total",
                "Looks that failed, and are tried again",
                loops.entrySet().stream()
                        .map(loop -> new Sample(
                                of(loop.getKey()), (double) loop.getValue().errors()))
                        .toList());
        text.gauge(
                "meridian_reconcile_waiting",
                "Objects that wait to be looked at",
                loops.entrySet().stream()
                        .map(loop ->
                                new Sample(of(loop.getKey()), loop.getValue().waiting()))
                        .toList());
    }

    static void process(PrometheusText text) {
        text.gauge(
                "process_resident_memory_bytes",
                "What the process has of memory",
                List.of(new Sample(residentKibibytes() * 1024)));
        text.gauge("process_open_fds", "Its open file descriptors", List.of(new Sample(descriptors())));
        var self = ProcessHandle.current().info();
        text.counter(
                "process_cpu_seconds_total",
                "Processor time that it used",
                self.totalCpuDuration().stream()
                        .map(used -> new Sample(used.toNanos() / NANOS_OF_A_SECOND))
                        .toList());
        text.gauge(
                "process_start_time_seconds",
                "When it began, since 1970",
                self.startInstant().stream()
                        .map(begin -> new Sample(begin.toEpochMilli() / 1e3))
                        .toList());
    }

    private static Map<String, String> of(String loop) {
        return Map.of("loop", loop);
    }

    private static double residentKibibytes() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double descriptors() {
        try (var files = Files.list(DESCRIPTORS)) {
            return (double) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
