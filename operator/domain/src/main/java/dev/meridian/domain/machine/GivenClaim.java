package dev.meridian.domain.machine;

/**
 * A PersistentVolumeClaim that a machine names.
 *
 * @param volume name of the volume by which kubelet brings it to the node
 */
public record GivenClaim(String volume, String name) {}
