package dev.meridian.app;

import dev.meridian.agent.AgentMetrics;
import dev.meridian.agent.MachineFigures;
import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.app.PrometheusText.Sample;
import dev.meridian.app.PrometheusText.Timed;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.machine.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
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

    private static final List<Figure> FIGURES = List.of(
            new OfEach(
                    "meridian_vm_cpu_seconds_total",
                    "Processor time that the machine's process used",
                    MachineFigures::cpuSeconds),
            new OfEach(
                    "meridian_vm_memory_balloon_bytes",
                    "Memory that the guest has at this moment",
                    machine -> number(machine.balloonBytes())),
            new OfEach(
                    "meridian_vm_memory_resident_bytes",
                    "Memory of the node that the machine's process has",
                    machine -> number(machine.residentBytes())),
            new OfDisks("meridian_vm_disk_read_bytes_total", "What the guest read", MachineFigures.Disk::readBytes),
            new OfDisks("meridian_vm_disk_reads_total", "How often the guest read", MachineFigures.Disk::reads),
            new OfDisks(
                    "meridian_vm_disk_written_bytes_total", "What the guest wrote", MachineFigures.Disk::writtenBytes),
            new OfDisks("meridian_vm_disk_writes_total", "How often the guest wrote", MachineFigures.Disk::writes),
            new OfDisks(
                    "meridian_vm_disk_flushes_total",
                    "How often the guest had its writes made lasting",
                    MachineFigures.Disk::flushes),
            new OfInterfaces(
                    "meridian_vm_network_received_bytes_total",
                    "What the guest received",
                    MachineFigures.Interface::receivedBytes),
            new OfInterfaces(
                    "meridian_vm_network_received_packets_total",
                    "Packets that the guest received",
                    MachineFigures.Interface::receivedPackets),
            new OfInterfaces(
                    "meridian_vm_network_received_drops_total",
                    "Packets for the guest that were dropped",
                    MachineFigures.Interface::receivedDrops),
            new OfInterfaces(
                    "meridian_vm_network_sent_bytes_total", "What the guest sent", MachineFigures.Interface::sentBytes),
            new OfInterfaces(
                    "meridian_vm_network_sent_packets_total",
                    "Packets that the guest sent",
                    MachineFigures.Interface::sentPackets),
            new OfInterfaces(
                    "meridian_vm_network_sent_drops_total",
                    "Packets of the guest that were dropped",
                    MachineFigures.Interface::sentDrops));

    private AgentMeters() {}

    /** A metric of what libvirt measures. */
    private sealed interface Figure {
        String name();

        String help();

        Stream<Sample> samples(MachineFigures machine);

        default void tell(PrometheusText text, List<MachineFigures> machines) {
            var samples = machines.stream().flatMap(this::samples).toList();
            if (name().endsWith("_total")) {
                text.counter(name(), help(), samples);
            } else {
                text.gauge(name(), help(), samples);
            }
        }
    }

    private record OfEach(String name, String help, Function<MachineFigures, OptionalDouble> value) implements Figure {
        @Override
        public Stream<Sample> samples(MachineFigures machine) {
            return value.apply(machine).stream().mapToObj(number -> new Sample(of(machine.identity()), number));
        }
    }

    private record OfDisks(String name, String help, Function<MachineFigures.Disk, OptionalLong> value)
            implements Figure {
        @Override
        public Stream<Sample> samples(MachineFigures machine) {
            return machine.disks().stream()
                    .flatMap(disk -> value.apply(disk).stream()
                            .mapToObj(number -> new Sample(of(machine.identity(), "disk", disk.name()), number)));
        }
    }

    private record OfInterfaces(String name, String help, Function<MachineFigures.Interface, OptionalLong> value)
            implements Figure {
        @Override
        public Stream<Sample> samples(MachineFigures machine) {
            return machine.interfaces().stream()
                    .flatMap(face -> value.apply(face).stream()
                            .mapToObj(number -> new Sample(of(machine.identity(), "interface", face.name()), number)));
        }
    }

    /** A gauge that each machine has, or, where it is empty, does not have. */
    private record OfMachine(String name, String help, Function<AgentMetrics.Machine, OptionalDouble> value) {}

    static PrometheusText text(AgentMetrics metrics, ApiMeter api) {
        var text = new PrometheusText();
        ofNode(text, metrics);
        text.counter(
                CHANGES,
                "How often the believed offset of a guest's real-time clock became another",
                Stream.of(ClockSource.values())
                        .map(source -> new Sample(Map.of("source", source.name()), (double)
                                metrics.clockChanges().getOrDefault(source, 0L)))
                        .toList());
        OF_MACHINES.forEach(gauge -> ofMachines(text, gauge, metrics.clocks()));
        figures(text, metrics.figures().orElse(List.of()));
        libvirt(text, metrics.libvirt());
        migrations(text, metrics.migrations());
        CommonMeters.loops(text, metrics.loops());
        api.tell(text);
        CommonMeters.process(text);
        return text;
    }

    private static void figures(PrometheusText text, List<MachineFigures> machines) {
        text.gauge(
                "meridian_vm_state",
                "1 with the state of the machine's domain, as libvirt names it",
                machines.stream()
                        .map(machine -> new Sample(of(machine.identity(), "state", machine.state()), 1))
                        .toList());
        FIGURES.forEach(figure -> figure.tell(text, machines));
    }

    private static void libvirt(PrometheusText text, Map<String, AgentMetrics.LibvirtFunction> functions) {
        text.histogram(
                "meridian_libvirt_call_duration_seconds",
                "How long calls of libvirt's functions took",
                functions.entrySet().stream()
                        .map(function -> new Timed(
                                Map.of("function", function.getKey()),
                                function.getValue().durations()))
                        .toList());
        text.counter(
                "meridian_libvirt_call_errors_total",
                "Calls that failed, by libvirt's error",
                functions.entrySet().stream()
                        .flatMap(function -> function.getValue().errors().entrySet().stream()
                                .map(error -> new Sample(
                                        Map.of("function", function.getKey(), "error", error.getKey()),
                                        (double) error.getValue())))
                        .toList());
    }

    private static void migrations(PrometheusText text, AgentMetrics.Migrations migrations) {
        gauge(
                text,
                "meridian_agent_migrations_running",
                "Machines that leave the node as they run, at this moment",
                migrations.running());
        text.counter(
                "meridian_agent_migrations_total",
                "Machines that left it so, and that did not get away",
                List.of(
                        new Sample(Map.of("result", "succeeded"), (double) migrations.succeeded()),
                        new Sample(Map.of("result", "failed"), (double) migrations.failed())));
        text.counter(
                "meridian_agent_migration_sent_bytes_total",
                "What was sent of those that left",
                List.of(new Sample((double) migrations.bytes())));
        text.histogram(
                "meridian_agent_migration_duration_seconds",
                "How long they took",
                List.of(new Timed(Map.of(), migrations.durations())));
        text.histogram(
                "meridian_agent_migration_downtime_seconds",
                "For how long their guests stood still",
                List.of(new Timed(Map.of(), migrations.downtimes())));
    }

    private static void ofNode(PrometheusText text, AgentMetrics metrics) {
        gauge(
                text,
                "meridian_agent_scrape_complete",
                "0 when libvirt did not tell the figures of machines in time: then they are not here",
                truth(metrics.figures().isPresent()));
        gauge(text, "meridian_agent_machines", "How many machines are assigned to the node", metrics.machines());
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
                                .mapToObj(value -> new Sample(of(machine.identity()), value)))
                        .toList());
    }

    private static Map<String, String> of(Identity machine) {
        return Map.of("namespace", machine.namespace(), "name", machine.name());
    }

    private static Map<String, String> of(Identity machine, String label, String value) {
        return Map.of("namespace", machine.namespace(), "name", machine.name(), label, value);
    }

    private static OptionalDouble number(OptionalLong number) {
        return number.isPresent() ? OptionalDouble.of((double) number.getAsLong()) : OptionalDouble.empty();
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
