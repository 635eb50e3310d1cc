package dev.meridian.app;

import dev.meridian.app.PrometheusText.Sample;
import dev.meridian.app.PrometheusText.Timed;
import dev.meridian.controller.ControllerMetrics;
import java.util.List;
import java.util.Map;

/** A controller's metrics, as Prometheus scrapes them. */
final class ControllerMeters {
    private ControllerMeters() {}

    static PrometheusText text(ControllerMetrics metrics, ApiMeter api) {
        var text = new PrometheusText();
        text.gauge(
                "meridian_controller_leads",
                "1 for the controller that works; another one stands by",
                List.of(new Sample(truth(metrics.leads()))));
        text.gauge(
                "meridian_controller_agent_alive",
                "1 while the agent of that node renews its Lease",
                ofNodes(metrics.agents()));
        text.gauge(
                "meridian_controller_guard_alive",
                "1 while the guard of that node renews its Lease; of none that was asked to end",
                ofNodes(metrics.guards()));
        text.gauge(
                "meridian_controller_machines",
                "How many machines there are, by what kubectl prints of them",
                counted("status", metrics.machines()));
        text.gauge(
                "meridian_vm_condition",
                "1 while it is so: Ready of each machine; Stalled, ReservationLost and NotResponding only then",
                metrics.conditions().stream()
                        .map(condition -> new Sample(
                                Map.of(
                                        "namespace", condition.namespace(),
                                        "name", condition.name(),
                                        "condition", condition.type(),
                                        "reason", condition.reason()),
                                truth(condition.isTrue())))
                        .toList());
        text.counter(
                "meridian_controller_placements_total",
                "Machines that were assigned to a node",
                List.of(new Sample((double) metrics.placements())));
        text.histogram(
                "meridian_controller_reservation_wait_seconds",
                "How long those machines' reservations had waited for it",
                List.of(new Timed(Map.of(), metrics.reservationWaits())));
        text.counter(
                "meridian_controller_writes_total",
                "What was written to the API server for machines",
                counted("act", metrics.acts()));
        text.counter(
                "meridian_controller_migrations_total",
                "Migrations that came to an end",
                counted("phase", metrics.migrations()));
        text.counter(
                "meridian_controller_fencings_total",
                "Nodes that were begun to be powered off, were seen to be off, or were not",
                counted("result", metrics.fencings()));
        CommonMeters.loops(text, metrics.loops());
        api.tell(text);
        CommonMeters.process(text);
        return text;
    }

    private static List<Sample> counted(String label, Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(count -> new Sample(Map.of(label, count.getKey()), (double) count.getValue()))
                .toList();
    }

    private static List<Sample> ofNodes(Map<String, Boolean> facts) {
        return facts.entrySet().stream()
                .map(node -> new Sample(Map.of("node", node.getKey()), truth(node.getValue())))
                .toList();
    }

    private static double truth(boolean fact) {
        return fact ? 1 : 0;
    }
}
