package dev.meridian.agent.images;

/** A VirtualMachineImage. */
public record ImageOwner(String namespace, String name, String uid) {}
