package dev.meridian.domain.fence;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.FencingSpec;
import java.time.Instant;
import java.util.Optional;

/**
 * All that the decision to power a node off is taken from.
 *
 * @param wanted how the Hypervisor's spec says that it is done
 * @param generation of the Hypervisor
 * @param told what its status says of it
 * @param isWordGiven somebody says that the node is dead, so that it need not be proven
 * @param isAgentAlive the Lease of its agent has not expired
 * @param silentSince when this process saw that the Lease is expired
 * @param unreadySince since when this process has seen the Node not ready or unreachable; empty while it is ready
 * @param wasHeardSinceProof a renewal of the Lease was seen after the node was proven off
 * @param gains a machine there would go on elsewhere
 * @param silent how many nodes' agents are not heard of, of those that are not proven dead
 * @param known how many agents there are in all, of nodes that are not proven dead
 */
public record FenceView(
        Optional<FencingSpec> wanted,
        long generation,
        Optional<Fencing> told,
        boolean isWordGiven,
        boolean isAgentAlive,
        Optional<Instant> silentSince,
        Optional<Instant> unreadySince,
        boolean wasHeardSinceProof,
        boolean gains,
        int silent,
        int known,
        FenceProgress progress,
        Instant now) {

    /** Since when neither the agent nor kubelet is heard of. */
    Optional<Instant> goneSince() {
        return silentSince.flatMap(
                silence -> unreadySince.map(unready -> silence.isAfter(unready) ? silence : unready));
    }

    /** More agents than not are silent: what they have in common may be the controller's own network. */
    boolean areMostSilent() {
        return 2 * silent > known;
    }
}
