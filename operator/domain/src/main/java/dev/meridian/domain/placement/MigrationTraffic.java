package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationTarget.MigrationTargetState;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What other machines' migrations leave room for. While the guests of some go, the next ones are made ready; machines of
 * higher priority go first, then what was asked for first.
 *
 * @param begun from the machine's node, or before it in the queue to begin there
 * @param running from the node, or before it in the queue to run
 * @param runningInCluster likewise, from all nodes
 */
public record MigrationTraffic(long begun, long running, long runningInCluster, Limits limits) {
    public static final MigrationTraffic NONE = new MigrationTraffic(0, 0, 0, Limits.USUAL);

    /**
     * How many guests go at a time.
     *
     * @param fromNode from one node
     * @param inCluster in all
     */
    public record Limits(int fromNode, int inCluster) {
        /** As many as KubeVirt lets go. */
        public static final Limits USUAL = new Limits(2, 5);

        public Limits {
            if (fromNode < 1 || inCluster < 1) {
                throw new IllegalArgumentException("migrations from a node: %d, in the cluster: %d; give one at least"
                        .formatted(fromNode, inCluster));
            }
        }
    }

    /**
     * A migration that is not over.
     *
     * @param node on which its machine is
     * @param priority of its machine's reservation
     */
    public record Entry(VirtualMachineMigration migration, String node, int priority) {
        private static final Comparator<Entry> ORDER = Comparator.comparingInt((Entry entry) -> -entry.priority())
                .thenComparing(entry -> entry.migration().getMetadata().getCreationTimestamp())
                .thenComparing(entry -> entry.migration().getMetadata().getNamespace())
                .thenComparing(entry -> entry.migration().getMetadata().getName());

        private MigrationPhase phase() {
            return Migrations.phase(migration);
        }

        private boolean awaitsItsRun() {
            var target = Migrations.status(migration).target();
            return phase() == MigrationPhase.Preparing
                    && target != null
                    && target.state() == MigrationTargetState.Ready;
        }
    }

    /** @param others the migrations of other machines that are not over; a guest that has gone takes no room any more */
    public static MigrationTraffic of(Entry own, List<Entry> others, Limits limits) {
        var going = others.stream()
                .filter(other -> !Migrations.hasSettled(other.migration()))
                .toList();
        var ofNode =
                going.stream().filter(other -> other.node().equals(own.node())).toList();
        return new MigrationTraffic(
                ofNode.stream()
                        .filter(other -> other.phase() != MigrationPhase.Pending || isBefore(other, own))
                        .count(),
                running(own, ofNode),
                running(own, going),
                limits);
    }

    private static long running(Entry own, List<Entry> others) {
        return others.stream()
                .filter(other ->
                        other.phase() == MigrationPhase.Running || (other.awaitsItsRun() && isBefore(other, own)))
                .count();
    }

    private static boolean isBefore(Entry other, Entry own) {
        return Entry.ORDER.compare(other, own) < 0;
    }

    /** Whether it may wait for others. */
    public static boolean mayWait(VirtualMachineMigration migration) {
        return switch (Migrations.phase(migration)) {
            case Pending, Preparing -> true;
            case Scheduling, Running, Succeeded, Failed, Cancelled -> false;
        };
    }

    /** Why it does not begin yet. */
    Optional<String> untilItBegins() {
        var most = 2L * limits.fromNode();
        return begun >= most ? Optional.of("%d machines leave the node before it".formatted(begun)) : Optional.empty();
    }

    /** Why the guest does not go yet. */
    Optional<String> untilItRuns() {
        if (running >= limits.fromNode()) {
            return Optional.of("%d guests leave the node before it, and no more go at a time".formatted(running));
        }
        return runningInCluster >= limits.inCluster()
                ? Optional.of(
                        "%d guests leave their nodes before it, and no more go at a time".formatted(runningInCluster))
                : Optional.empty();
    }
}
