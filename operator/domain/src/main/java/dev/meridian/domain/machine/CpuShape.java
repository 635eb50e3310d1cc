package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.CpuFeaturePolicy;
import java.util.List;
import java.util.Optional;

/**
 * Virtual CPUs.
 *
 * @param maxSockets with those that are empty yet
 * @param dedicated each has a CPU of the node for itself
 * @param numa which NUMA nodes the guest sees
 */
public record CpuShape(
        int sockets,
        int maxSockets,
        int cores,
        int threads,
        Optional<String> model,
        List<Feature> features,
        boolean dedicated,
        NumaShape numa) {
    /** A CPU feature by libvirt's name. */
    public record Feature(String name, CpuFeaturePolicy policy) {}

    public int vcpus() {
        return sockets * cores * threads;
    }

    public int maxVcpus() {
        return maxSockets * cores * threads;
    }
}
