package dev.meridian.api.v1alpha1;

/** How far a node is with an image. */
public enum ImageNodeState {
    Fetching,
    Ready,
    Failed
}
