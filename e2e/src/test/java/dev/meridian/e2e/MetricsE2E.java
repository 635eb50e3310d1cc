package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
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
    void figuresAreThoseOfItsDomainAndNoForeignDomainIsNamed() {
        // given
        machines.create("figures", "  stopMode: Hard\n");
        machines.awaitReady("figures", "Running");
        var node = machines.nodeOf("figures");
        var foreign =
                VirshMachine.like(machines.testbed, node, "foreign-domain", machines.inactiveXml(node, "figures"));
        foreign.start();
        try {
            // when
            var text = Management.of(node).get("/metrics").body();

            // then
            assertThat(value(text, "meridian_agent_scrape_complete")).hasValue(1);
            assertThat(value(text, of("meridian_vm_cpu_seconds_total", "figures"))
                            .getAsDouble())
                    .isPositive();
            assertThat(value(
                            text,
                            "meridian_vm_state{name=\"figures\",namespace=\"%s\",state=\"running\"}"
                                    .formatted(machines.namespace)))
                    .hasValue(1);
            assertThat(value(text, of("meridian_vm_memory_balloon_bytes", "figures")))
                    .hasValue(128 << 20);
            assertThat(text).doesNotContain("foreign-domain").doesNotContain(foreign.uid());
            assertThat(value(
                                    text,
                                    "meridian_libvirt_call_duration_seconds_count{function=\"virConnectGetAllDomainStats\"}")
                            .getAsDouble())
                    .isPositive();
            assertThat(value(text, "meridian_reconcile_duration_seconds_count{loop=\"virtualmachine\"}")
                            .getAsDouble())
                    .isPositive();
            assertThat(text).contains("meridian_api_requests_total{code=\"200\",method=\"PATCH\"}");
        } finally {
            foreign.remove();
        }
    }

    @Test
    void figuresOfOthersAreToldWhileAMachineHangs() {
        // given
        for (var name : List.of("hangs", "goes-on")) {
            machines.create(
                    name,
                    "  stopMode: Hard\n  nodeSelector: {kubernetes.io/hostname: %s}\n"
                            .formatted(machines.testbed.nodes().getFirst().name()));
        }
        var uid = machines.awaitReady("hangs", "Running").getMetadata().getUid();
        machines.awaitReady("goes-on", "Running");
        var agent = Management.of(machines.nodeOf("hangs"));
        HungE2E.signal("STOP", uid);
        try {
            // when
            var first = agent.get("/metrics").body();
            var second = agent.get("/metrics").body();

            // then
            assertThat(value(first, "meridian_agent_scrape_complete")).hasValue(0);
            assertThat(value(first, of("meridian_vm_clock_certain", "hangs"))).isPresent();
            assertThat(value(first, of("meridian_vm_cpu_seconds_total", "goes-on")))
                    .isEmpty();
            assertThat(value(second, "meridian_agent_scrape_complete")).hasValue(1);
            assertThat(value(second, of("meridian_vm_cpu_seconds_total", "goes-on")))
                    .isPresent();
            assertThat(agent.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(agent.get("/livez").statusCode()).isEqualTo(200);
        } finally {
            HungE2E.signal("CONT", uid);
        }
    }

    @Test
    void controllerMeasuresMachinesAndAgents() {
        // given
        var controller = Management.ofController();
        machines.create("placed", "  stopMode: Hard\n");
        machines.awaitReady("placed", "Running");
        var ready = "meridian_vm_condition{condition=\"Ready\",name=\"placed\",namespace=\"%s\",reason=\"Running\"}"
                .formatted(machines.namespace);

        // when
        Awaitility.await("the controller to hear of it")
                .atMost(LIMIT)
                .until(() -> controller.scrape(ready).isPresent());

        // then
        var text = controller.get("/metrics").body();
        assertThat(value(text, ready)).hasValue(1);
        assertThat(value(text, "meridian_controller_placements_total").getAsDouble())
                .isPositive();
        assertThat(value(text, "meridian_controller_reservation_wait_seconds_count")
                        .getAsDouble())
                .isPositive();
        assertThat(value(text, "meridian_controller_writes_total{act=\"CreatePod\"}")
                        .getAsDouble())
                .isPositive();
        assertThat(machines.testbed.nodes())
                .allSatisfy(node -> assertThat(
                                value(text, "meridian_controller_agent_alive{node=\"%s\"}".formatted(node.name())))
                        .hasValue(1));
        machines.delete("placed");
        machines.awaitGone("placed");
        Awaitility.await("the machine not to be measured")
                .atMost(LIMIT)
                .until(() -> !controller.get("/metrics").body().contains("\"placed\""));
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
        assertThat(agent.get("/livez").statusCode()).isEqualTo(200);
        assertThat(agent.scrape("meridian_agent_libvirt_connected")).hasValue(0);
        assertThat(agent.scrape("meridian_agent_scrape_complete")).hasValue(0);
        assertThat(agent.scrape(of("meridian_vm_clock_certain", "beside"))).isPresent();
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        awaitReadiness(agent, 200);
        assertThat(agent.scrape("meridian_agent_libvirt_connected")).hasValue(1);
    }

    @Test
    void controllerTellsThatItLeads() {
        // given
        var controller = Management.ofController();

        // when
        var leads = controller.scrape("meridian_controller_leads");

        // then
        assertThat(leads).isEqualTo(OptionalDouble.of(1));
        assertThat(controller.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(controller.get("/readyz").statusCode()).isEqualTo(200);
    }

    private static OptionalDouble value(String text, String series) {
        return Management.value(text, series);
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
