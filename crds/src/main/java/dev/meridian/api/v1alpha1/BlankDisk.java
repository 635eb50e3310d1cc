package dev.meridian.api.v1alpha1;

/** An empty disk. */
public record BlankDisk() {}
