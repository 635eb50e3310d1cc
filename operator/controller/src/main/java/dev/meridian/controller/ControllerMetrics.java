package dev.meridian.controller;

import dev.meridian.josdk.Durations;
import dev.meridian.josdk.ReconcilerMeter;
import java.util.List;
import java.util.Map;

/**
 * What a controller measures of itself and of the cluster, at one moment. One that stands by knows nothing of the cluster.
 *
 * @param leads it is the one that works
 * @param fencings nodes that were begun to be powered off, were seen to be off, and were not, by the word for it
 * @param acts what was written to the API server for machines, by the kind of it
 * @param placements machines that were assigned to a node
 * @param reservationWaits how long their reservations had waited for it
 * @param migrations migrations that came to each phase in which they end
 * @param agents whether each node's agent renews its Lease
 * @param guards likewise of its guard, where there is one
 * @param machines how many there are, by what kubectl prints of them
 * @param conditions that a person may have to look at
 * @param loops what its reconcilers do, by their names
 */
public record ControllerMetrics(
        boolean leads,
        Map<String, Long> fencings,
        Map<String, Long> acts,
        long placements,
        Durations.Counted reservationWaits,
        Map<String, Long> migrations,
        Map<String, Boolean> agents,
        Map<String, Boolean> guards,
        Map<String, Long> machines,
        List<MachineCondition> conditions,
        Map<String, ReconcilerMeter.Counted> loops) {
    /** A condition of a machine. */
    public record MachineCondition(String namespace, String name, String type, String reason, boolean isTrue) {}
}
