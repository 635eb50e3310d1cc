package dev.meridian.domain.machine;

/** A device of the node that the guest is to have, by the name under which such devices are opened. */
public record HostDeviceShape(String name, String deviceName) {}
