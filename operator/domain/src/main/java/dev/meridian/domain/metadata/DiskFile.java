package dev.meridian.domain.metadata;

import dev.meridian.api.v1alpha1.DiskFormat;

/** A file on the node that holds a disk's content, or what lies below it. */
public record DiskFile(String path, DiskFormat format) {}
