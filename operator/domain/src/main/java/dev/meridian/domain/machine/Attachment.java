package dev.meridian.domain.machine;

import org.jspecify.annotations.Nullable;

/**
 * How an interface was connected at its machine's start.
 *
 * @param network the libvirt network
 * @param filter what the guest may send, by libvirt's name; all without it
 * @param address the IPv4 address that the network keeps for it
 */
public record Attachment(
        String network, @Nullable String filter, @Nullable String address) {}
