package dev.meridian.libvirt;

/** An address with the length of its network's prefix, in bits. */
public record IpAddress(String address, int prefix) {}
