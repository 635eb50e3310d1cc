package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgentMetersTest {
    @Test
    void nodeIsMeasured() {
        // when
        var text = AgentMeters.text(Measured.agent(), new ApiMeter()).toString();

        // then
        assertThat(text.lines())
                .contains(
                        "# TYPE meridian_agent_libvirt_connected gauge",
                        "meridian_agent_libvirt_connected 0.0",
                        "meridian_agent_libvirt_calls_stuck 3.0",
                        "meridian_agent_scrape_complete 1.0",
                        "meridian_host_clock_synchronized 0.0",
                        "meridian_host_clock_max_error_seconds 0.02",
                        "# TYPE meridian_vm_clock_changes_total counter",
                        "meridian_vm_clock_changes_total{source=\"Event\"} 7.0",
                        "meridian_vm_clock_changes_total{source=\"Hook\"} 0.0");
    }

    @Test
    void machineIsMeasuredWhileItIsHere() {
        // when
        var text = AgentMeters.text(Measured.agent(), new ApiMeter()).toString();

        // then
        assertThat(text.lines())
                .contains(
                        "meridian_vm_clock_rtc_offset_seconds{name=\"web\",namespace=\"shop\"} 9.8043672E7",
                        "meridian_vm_clock_rtc_offset_seconds{name=\"db\",namespace=\"shop\"} -3600.0",
                        "meridian_vm_clock_certain{name=\"web\",namespace=\"shop\"} 1.0",
                        "meridian_vm_clock_certain{name=\"db\",namespace=\"shop\"} 0.0",
                        "meridian_vm_clock_guest_offset_seconds{name=\"web\",namespace=\"shop\"} -0.012",
                        "meridian_vm_clock_guest_offset_error_seconds{name=\"web\",namespace=\"shop\"} 5.0E-4",
                        "meridian_vm_clock_wanted_offset_seconds{name=\"db\",namespace=\"shop\"} -3600.0",
                        "meridian_vm_state{name=\"web\",namespace=\"shop\",state=\"running\"} 1.0",
                        "meridian_vm_cpu_seconds_total{name=\"web\",namespace=\"shop\"} 12.5",
                        "meridian_vm_disk_written_bytes_total{disk=\"vda\",name=\"web\",namespace=\"shop\"} 8192.0",
                        "meridian_vm_network_sent_drops_total{interface=\"0\",name=\"web\",namespace=\"shop\"} 6.0")
                .noneMatch(line -> line.startsWith("meridian_vm_clock_guest_offset_seconds{name=\"db\""));
        assertThat(AgentMeters.text(Measured.agent(List.of(), List.of()), new ApiMeter())
                        .toString())
                .doesNotContain("shop");
    }

    @Test
    void durationsAreInCumulativeBuckets() {
        // when
        var text = AgentMeters.text(Measured.agent(), new ApiMeter()).toString();

        // then
        assertThat(text.lines())
                .containsSubsequence(
                        "# TYPE meridian_libvirt_call_duration_seconds histogram",
                        "meridian_libvirt_call_duration_seconds_bucket{function=\"virDomainGetXMLDesc\",le=\"0.01\"} 1",
                        "meridian_libvirt_call_duration_seconds_bucket{function=\"virDomainGetXMLDesc\",le=\"1.0\"} 2",
                        "meridian_libvirt_call_duration_seconds_bucket{function=\"virDomainGetXMLDesc\",le=\"+Inf\"} 3",
                        "meridian_libvirt_call_duration_seconds_count{function=\"virDomainGetXMLDesc\"} 3",
                        "meridian_libvirt_call_duration_seconds_sum{function=\"virDomainGetXMLDesc\"} 5.505")
                .contains(
                        "meridian_libvirt_call_errors_total{error=\"NO_DOMAIN\",function=\"virDomainGetXMLDesc\"} 2.0",
                        "meridian_reconcile_errors_total{loop=\"machines\"} 4.0");
    }
}
