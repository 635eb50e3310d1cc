package dev.meridian.domain.network;

import java.util.UUID;

/** Which object a network is. */
public record NetworkIdentity(String namespace, String name, UUID uid) {
    /** Name of the libvirt network. */
    public String libvirtName() {
        return "meridian-" + uid;
    }

    /** Name of the bridge: at most 15 characters, as Linux has them. */
    String bridgeName() {
        return "mdn" + uid.toString().replace("-", "").substring(0, 12);
    }
}
