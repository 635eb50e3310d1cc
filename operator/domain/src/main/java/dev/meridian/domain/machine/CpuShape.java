package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.CpuFeaturePolicy;
import java.util.List;
import java.util.Optional;

/** Virtual CPUs. */
public record CpuShape(int sockets, int cores, int threads, Optional<String> model, List<Feature> features) {
    /** A CPU feature by libvirt's name. */
    public record Feature(String name, CpuFeaturePolicy policy) {}

    public int vcpus() {
        return sockets * cores * threads;
    }
}
