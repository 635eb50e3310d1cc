package dev.meridian.app;

import dev.meridian.agent.AgentMetrics;
import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.app.PrometheusText.Sample;
import dev.meridian.domain.clock.GuestReading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** An agent's metrics, as Prometheus scrapes them. */
final class AgentMeters {
    private static final String CHANGES = "meridian_vm_clock_changes_total";

    private static final List<OfMachine> OF_MACHINES = List.of(
            new OfMachine(
                    "meridian_vm_clock_rtc_offset_seconds",
                    "The guest's real-time clock minus host UTC, as believed",
                    machine -> OptionalDouble.of((double) machine.clock().offsetSeconds())),
            new OfMachine(
                    "meridian_vm_clock_certain",
                    "0 when a change of the guest's real-time clock may have been missed",
                    machine -> OptionalDouble.of(truth(machine.clock().certain()))),
            new OfMachine(
                    "meridian_vm_clock_guest_offset_seconds",
                    "The clock of the guest's operating system minus host UTC, by its agent",
                    machine -> seconds(machine.guest().map(GuestReading::offset))),
            new OfMachine(
                    "meridian_vm_clock_guest_offset_error_seconds",
                    "Bound of the error of meridian_vm_clock_guest_offset_seconds",
                    machine -> seconds(machine.guest().map(GuestReading::error))),
            new OfMachine(
                    "meridian_vm_clock_wanted_offset_seconds",
                    "Where the clock of the guest's operating system belongs: beside host UTC",
                    machine -> seconds(machine.wanted())));

    private static final double NANOS_OF_A_SECOND = 1e9;

    private AgentMeters() {}

    /** A gauge that each machine has, or, where it is empty, does not have. */
    private record OfMachine(String name, String help, Function<AgentMetrics.Machine, OptionalDouble> value) {}

    static String text(AgentMetrics metrics) {
        var text = new PrometheusText();
        ofNode(text, metrics);
        text.counter(
                CHANGES,
                "How often the believed offset of a guest's real-time clock became another",
                Stream.of(ClockSource.values())
                        .map(source -> new Sample(Map.of("source", source.name()), (double)
                                metrics.clockChanges().getOrDefault(source, 0L)))
                        .toList());
        OF_MACHINES.forEach(gauge -> ofMachines(text, gauge, metrics.machines()));
        return text.toString();
    }

    private static void ofNode(PrometheusText text, AgentMetrics metrics) {
        gauge(
                text,
                "meridian_agent_libvirt_connected",
                "1 while there is a session with the node's libvirt",
                truth(metrics.libvirtConnected()));
        gauge(
                text,
                "meridian_agent_libvirt_calls_stuck",
                "Calls to libvirt that are past their deadline and not back",
                metrics.libvirtCallsStuck());
        gauge(
                text,
                "meridian_host_clock_synchronized",
                "1 while something keeps the node's clock",
                truth(metrics.hostClockSynchronized()));
        gauge(
                text,
                "meridian_host_clock_max_error_seconds",
                "How far the node's clock may be off, as its kernel holds it",
                metrics.hostClockMaxErrorSeconds());
    }

    private static void gauge(PrometheusText text, String name, String help, double value) {
        text.gauge(name, help, List.of(new Sample(value)));
    }

    private static void ofMachines(PrometheusText text, OfMachine gauge, List<AgentMetrics.Machine> machines) {
        text.gauge(
                gauge.name(),
                gauge.help(),
                machines.stream()
                        .flatMap(machine -> gauge.value().apply(machine).stream()
                                .mapToObj(value -> new Sample(
                                        Map.of(
                                                "namespace", machine.identity().namespace(),
                                                "name", machine.identity().name()),
                                        value)))
                        .toList());
    }

    private static OptionalDouble seconds(Optional<Duration> duration) {
        return duration.isPresent()
                ? OptionalDouble.of(duration.get().toNanos() / NANOS_OF_A_SECOND)
                : OptionalDouble.empty();
    }

    private static double truth(boolean fact) {
        return fact ? 1 : 0;
    }
}
