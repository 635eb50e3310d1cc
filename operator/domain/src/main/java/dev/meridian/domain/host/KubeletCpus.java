package dev.meridian.domain.host;

import java.util.List;

/**
 * What kubelet's CPU manager gives of the node's CPUs, seen from the reservation pod of one machine.
 *
 * @param shared by all that have none of their own; empty where kubelet gives no pod any of its own
 * @param own the pod's
 * @param settled what the pod has not now it will not have
 */
public record KubeletCpus(List<Integer> shared, List<Integer> own, boolean settled) {
    public static final KubeletCpus UNMANAGED = new KubeletCpus(List.of(), List.of(), true);

    public KubeletCpus {
        shared = List.copyOf(shared);
        own = List.copyOf(own);
    }
}
