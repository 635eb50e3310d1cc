package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.agent.AgentMetrics;
import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.metadata.ClockReading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AgentMetersTest {
    @Test
    void nodeIsMeasured() {
        // given
        var metrics = new AgentMetrics(false, 3, false, 0.02, Map.of(ClockSource.Event, 7L), List.of());

        // when
        var text = AgentMeters.text(metrics);

        // then
        assertThat(text.lines())
                .contains(
                        "# TYPE meridian_agent_libvirt_connected gauge",
                        "meridian_agent_libvirt_connected 0.0",
                        "meridian_agent_libvirt_calls_stuck 3.0",
                        "meridian_host_clock_synchronized 0.0",
                        "meridian_host_clock_max_error_seconds 0.02",
                        "# TYPE meridian_vm_clock_changes_total counter",
                        "meridian_vm_clock_changes_total{source=\"Event\"} 7.0",
                        "meridian_vm_clock_changes_total{source=\"Hook\"} 0.0");
    }

    @Test
    void machineIsMeasuredWhileItIsHere() {
        // given
        var metrics = of(machine("web", 98_043_672, true), machine("db", -3_600, false));

        // when
        var text = AgentMeters.text(metrics);

        // then
        assertThat(text.lines())
                .contains(
                        "meridian_vm_clock_rtc_offset_seconds{name=\"web\",namespace=\"shop\"} 9.8043672E7",
                        "meridian_vm_clock_rtc_offset_seconds{name=\"db\",namespace=\"shop\"} -3600.0",
                        "meridian_vm_clock_certain{name=\"web\",namespace=\"shop\"} 1.0",
                        "meridian_vm_clock_certain{name=\"db\",namespace=\"shop\"} 0.0",
                        "meridian_vm_clock_guest_offset_seconds{name=\"web\",namespace=\"shop\"} -0.012",
                        "meridian_vm_clock_guest_offset_error_seconds{name=\"web\",namespace=\"shop\"} 5.0E-4",
                        "meridian_vm_clock_wanted_offset_seconds{name=\"db\",namespace=\"shop\"} -3600.0")
                .doesNotContain("meridian_vm_clock_guest_offset_seconds{name=\"db\",namespace=\"shop\"}");
        assertThat(AgentMeters.text(of())).doesNotContain("shop");
    }

    private static AgentMetrics of(AgentMetrics.Machine... machines) {
        return new AgentMetrics(true, 0, true, 0.02, Map.of(), List.of(machines));
    }

    private static AgentMetrics.Machine machine(String name, long offsetSeconds, boolean certain) {
        return new AgentMetrics.Machine(
                new Identity("shop", name, UUID.randomUUID()),
                new ClockReading(offsetSeconds, ClockSource.Event, Instant.EPOCH, certain),
                certain
                        ? Optional.of(
                                new GuestReading(Duration.ofMillis(-12), Duration.ofNanos(500_000), Instant.EPOCH))
                        : Optional.empty(),
                Optional.of(Duration.ofSeconds(offsetSeconds)));
    }
}
