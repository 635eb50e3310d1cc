package dev.meridian.app;

import dev.meridian.agent.AgentMetrics;
import dev.meridian.agent.MachineFigures;
import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.controller.ControllerMetrics;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.metadata.ClockReading;
import dev.meridian.josdk.Durations;
import dev.meridian.josdk.ReconcilerMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;

/** What processes measure where everything is there to be measured. */
final class Measured {
    private static final Identity WEB = new Identity("shop", "web", UUID.randomUUID());
    private static final Identity DB = new Identity("shop", "db", UUID.randomUUID());

    private Measured() {}

    static AgentMetrics agent() {
        return agent(
                List.of(clock(WEB, 98_043_672, true), clock(DB, -3_600, false)),
                List.of(new MachineFigures(
                        WEB,
                        "running",
                        OptionalDouble.of(12.5),
                        OptionalLong.of(1 << 30),
                        OptionalLong.of(1 << 29),
                        List.of(new MachineFigures.Disk("vda", of(4096), of(1), of(8192), of(2), of(3))),
                        List.of(new MachineFigures.Interface("0", of(1), of(2), of(3), of(4), of(5), of(6))))));
    }

    static AgentMetrics agent(List<AgentMetrics.Machine> clocks, List<MachineFigures> figures) {
        return new AgentMetrics(
                false,
                3,
                false,
                0.02,
                Map.of(ClockSource.Event, 7L),
                2,
                clocks,
                Optional.of(figures),
                loops(),
                Map.of("virDomainGetXMLDesc", new AgentMetrics.LibvirtFunction(durations(), Map.of("NO_DOMAIN", 2L))),
                new AgentMetrics.Migrations(1, 2, 3, 4, durations(), durations()));
    }

    static ControllerMetrics controller() {
        return new ControllerMetrics(
                true,
                Map.of("begun", 1L, "succeeded", 0L, "failed", 0L),
                Map.of("CreatePod", 5L),
                4,
                durations(),
                Map.of("Succeeded", 1L, "Failed", 0L, "Cancelled", 0L),
                Map.of("node-1", true, "node-2", false),
                Map.of("node-1", true),
                Map.of("Running", 2L),
                List.of(
                        new ControllerMetrics.MachineCondition("shop", "web", "Ready", "Running", true),
                        new ControllerMetrics.MachineCondition("shop", "db", "Stalled", "InvalidSpec", true)),
                loops());
    }

    private static AgentMetrics.Machine clock(Identity machine, long offsetSeconds, boolean certain) {
        return new AgentMetrics.Machine(
                machine,
                new ClockReading(offsetSeconds, ClockSource.Event, Instant.EPOCH, certain),
                certain
                        ? Optional.of(
                                new GuestReading(Duration.ofMillis(-12), Duration.ofNanos(500_000), Instant.EPOCH))
                        : Optional.empty(),
                Optional.of(Duration.ofSeconds(offsetSeconds)));
    }

    private static Map<String, ReconcilerMeter.Counted> loops() {
        return Map.of("machines", new ReconcilerMeter.Counted(durations(), 4, 2));
    }

    private static Durations.Counted durations() {
        var durations = new Durations(0.01, 1);
        List.of(5L, 500L, 5_000L)
                .forEach(millis -> durations.took(Duration.ofMillis(millis).toNanos()));
        return durations.soFar();
    }

    private static OptionalLong of(long number) {
        return OptionalLong.of(number);
    }
}
