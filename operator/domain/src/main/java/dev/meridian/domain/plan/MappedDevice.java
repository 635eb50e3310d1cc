package dev.meridian.domain.plan;

import java.util.Optional;

/**
 * A block device of a claim, as kubelet has mapped it for a guest that is to come. kubelet keeps it open for as long as the
 * reservation pod has it (MapBlockVolume, AttachFileDevice), so that its name cannot become another's meanwhile.
 *
 * @param disk its name
 * @param device the node's own name of it
 * @param identity what it is, where that is known
 */
public record MappedDevice(String disk, String device, long sizeBytes, Optional<String> identity) {}
