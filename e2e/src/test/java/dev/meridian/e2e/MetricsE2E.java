package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What agents and the controller tell Prometheus, and who probes them. */
class MetricsE2E {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "metrics");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void machineIsMeasuredWhereItRunsUntilItIsDeleted() {
        // given
        machines.create("measured", "  stopMode: Hard\n");
        machines.awaitReady("measured", "Running");
        var agent = Management.of(machines.nodeOf("measured"));
        var changes = agent.scrape("meridian_vm_clock_changes_total{source=\"Event\"}");

        // when
        var offset = machines.setClock("measured", "2031-01-01 00:00:00");

        // then
        assertThat(agent.scrape(of("meridian_vm_clock_rtc_offset_seconds", "measured"))
                        .getAsDouble())
                .isCloseTo((double) offset, Offset.offset(3.0));
        assertThat(agent.scrape(of("meridian_vm_clock_certain", "measured"))).hasValue(1);
        assertThat(agent.scrape("meridian_vm_clock_changes_total{source=\"Event\"}")
                        .getAsDouble())
                .isGreaterThan(changes.getAsDouble());
        machines.delete("measured");
        machines.awaitGone("measured");
        Awaitility.await("the machine not to be measured")
                .atMost(LIMIT)
                .until(() -> !agent.get("/metrics").body().contains(machines.namespace));
    }

    @Test
    void nodeIsMeasured() {
        // given
        var agent = Management.of(machines.testbed.nodes().getFirst());

        // when
        var maxError = agent.scrape("meridian_host_clock_max_error_seconds");

        // then
        assertThat(maxError.getAsDouble()).isBetween(0.0, 16.0);
        assertThat(agent.scrape("meridian_host_clock_synchronized").getAsDouble())
                .isIn(0.0, 1.0);
        assertThat(agent.scrape("meridian_agent_libvirt_calls_stuck")).hasValue(0);
    }

    @Test
    void agentLivesAndIsNotReadyWhileLibvirtIsAway() {
        // given
        machines.create("beside", "  stopMode: Hard\n");
        machines.awaitReady("beside", "Running");
        var node = machines.nodeOf("beside");
        var agent = Management.of(node);
        awaitReadiness(agent, 200);

        // when
        machines.testbed.verb("libvirtd", "kill", node.name()).orFail();

        // then
        awaitReadiness(agent, 503);
        assertThat(agent.get("/readyz").body()).startsWith("libvirt at qemu:///system: ");
        assertThat(agent.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(agent.scrape("meridian_agent_libvirt_connected")).hasValue(0);
        assertThat(agent.scrape(of("meridian_vm_clock_certain", "beside"))).isPresent();
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        awaitReadiness(agent, 200);
        assertThat(agent.scrape("meridian_agent_libvirt_connected")).hasValue(1);
    }

    @Test
    void controllerTellsThatItLeads() {
        // given
        var controller = new Management(URI.create(machines.testbed.controllerMetrics()));

        // when
        var leads = controller.scrape("meridian_controller_leads");

        // then
        assertThat(leads).isEqualTo(OptionalDouble.of(1));
        assertThat(controller.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(controller.get("/readyz").statusCode()).isEqualTo(200);
    }

    private static String of(String metric, String machine) {
        return "%s{name=\"%s\",namespace=\"%s\"}".formatted(metric, machine, machines.namespace);
    }

    private static void awaitReadiness(Management agent, int status) {
        Awaitility.await("readyz to answer " + status)
                .atMost(LIMIT)
                .until(() -> agent.get("/readyz").statusCode() == status);
    }
}
