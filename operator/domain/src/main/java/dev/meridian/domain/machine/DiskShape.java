package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.DiskFormat;

/** A disk that is a file on the node. */
public record DiskShape(String name, String path, DiskFormat format, DiskBus bus, boolean readOnly) {}
