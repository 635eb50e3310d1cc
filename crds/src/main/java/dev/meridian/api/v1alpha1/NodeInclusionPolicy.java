package dev.meridian.api.v1alpha1;

/** Whether something is asked of the nodes over which machines are spread. */
public enum NodeInclusionPolicy {
    Honor,
    Ignore
}
