package dev.meridian.api.v1alpha1;

/** What libvirt does about a CPU feature. */
public enum CpuFeaturePolicy {
    force,
    require,
    optional,
    disable,
    forbid
}
