package dev.meridian.agent.images;

import java.io.IOException;

/** The rules do not let a namespace's image come from an address. */
final class AddressRefused extends IOException {
    AddressRefused(String host, String address, String why) {
        super((host.equals(address) ? host : host + " (" + address + ")")
                + " is " + why
                + "; name another server, or ask an administrator to open it by imageSources of a HypervisorPolicy");
    }
}
