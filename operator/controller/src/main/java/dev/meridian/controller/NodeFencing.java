package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.domain.placement.NodeMarks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps on record what the word that a node is dead is worth, in the status of its Hypervisor. */
final class NodeFencing {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFencing.class);

    /** A renewal wakes nobody. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final FencingStatus status;
    private final AgentLeases leases;
    private final InstantSource clock;

    /** When this process first saw a word that stands. */
    private final ConcurrentMap<String, Instant> words = new ConcurrentHashMap<>();

    NodeFencing(FencingStatus status, AgentLeases leases, InstantSource clock) {
        this.status = status;
        this.leases = leases;
        this.clock = clock;
    }

    /**
     * Writes what it has come to, if that is not on record.
     *
     * @return when to look again: while a word counts, or may, as long as nothing refutes it
     */
    Optional<Duration> look(String node, NodeMarks marks, Optional<Hypervisor> hypervisor) {
        if (marks.word().isEmpty()) {
            words.remove(node);
        } else {
            words.putIfAbsent(node, clock.instant());
        }
        var seen = words.get(node);
        var worth = marks.worth(
                leases.isAlive(node),
                seen != null && leases.wasRenewedSince(node, seen),
                leases.lastRenewal(node),
                clock.instant());
        var isDriven = marks.word().isEmpty()
                && marks.fencing().filter(said -> said.driver() != null).isPresent();
        if (hypervisor.isPresent() && !isDriven && !worth.equals(marks.fencing())) {
            status.write(node, worth.orElse(null));
            LOG.atWarn()
                    .addKeyValue("node", node)
                    .addKeyValue("by", marks.word().orElse("nobody"))
                    .addKeyValue(
                            "fencing", worth.map(Fencing::state).map(Enum::name).orElse("none"))
                    .log("What is said of the node's death is worth something else than before");
        }
        var isRefuted =
                worth.filter(said -> said.state() == Fencing.State.Refuted).isPresent();
        return marks.word().isPresent() && !isRefuted ? Optional.of(LOOK_AGAIN) : Optional.empty();
    }
}
