package dev.meridian.api.v1alpha1;

/** What a network is on a node. */
public enum NetworkNodeState {
    Active,
    Failed
}
