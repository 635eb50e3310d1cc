package dev.meridian.domain.machine;

/** A claim's file system that the guest shares, by the name under which it mounts it. */
public record FilesystemShape(String name, GivenClaim claim) {}
