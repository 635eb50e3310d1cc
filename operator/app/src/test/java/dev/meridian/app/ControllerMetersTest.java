package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ControllerMetersTest {
    @Test
    void clusterIsMeasured() {
        // when
        var text = ControllerMeters.text(Measured.controller(), new ApiMeter()).toString();

        // then
        assertThat(text.lines())
                .contains(
                        "meridian_controller_leads 1.0",
                        "meridian_controller_agent_alive{node=\"node-2\"} 0.0",
                        "meridian_controller_machines{status=\"Running\"} 2.0",
                        "meridian_vm_condition{condition=\"Ready\",name=\"web\",namespace=\"shop\",reason=\"Running\"} 1.0",
                        "meridian_controller_placements_total 4.0",
                        "meridian_controller_reservation_wait_seconds_count 3",
                        "meridian_controller_writes_total{act=\"CreatePod\"} 5.0",
                        "meridian_controller_migrations_total{phase=\"Failed\"} 0.0",
                        "meridian_controller_fencings_total{result=\"begun\"} 1.0",
                        "meridian_reconcile_waiting{loop=\"machines\"} 2.0")
                .anyMatch(line -> line.matches("process_resident_memory_bytes \\d\\.\\d+E\\d"));
    }
}
