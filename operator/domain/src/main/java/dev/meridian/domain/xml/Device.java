package dev.meridian.domain.xml;

/**
 * A device beside disks and network interfaces.
 *
 * @param key by which it keeps its address
 */
record Device(String key, Bus bus, El element) {}
