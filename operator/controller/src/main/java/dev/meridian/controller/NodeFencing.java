package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorStatus;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.placement.NodeMarks;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps on record what the word that a node is dead is worth, in the status of its Hypervisor. */
final class NodeFencing {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFencing.class);

    /** A renewal wakes nobody. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Meridian.CONTROLLER)
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final AgentLeases leases;
    private final InstantSource clock;

    /** When this process first saw a word that stands. */
    private final ConcurrentMap<String, Instant> words = new ConcurrentHashMap<>();

    NodeFencing(KubernetesClient client, AgentLeases leases, InstantSource clock) {
        this.client = client;
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
        var worth =
                marks.worth(leases.isAlive(node), seen != null && leases.wasRenewedSince(node, seen), clock.instant());
        if (hypervisor.isPresent() && !worth.equals(marks.fencing())) {
            write(node, worth.orElse(null));
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

    private void write(String node, @Nullable Fencing fencing) {
        var named = new HashMap<String, Object>();
        named.put("apiVersion", Meridian.GROUP + "/" + Meridian.VERSION);
        named.put("kind", "Hypervisor");
        named.put("metadata", Map.of("name", node));
        named.put("status", HypervisorStatus.of(fencing));
        client.resources(Hypervisor.class)
                .withName(node)
                .subresource("status")
                .patch(APPLY, client.getKubernetesSerialization().asJson(named));
    }
}
