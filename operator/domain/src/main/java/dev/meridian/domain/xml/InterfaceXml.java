package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.InterfaceShape;
import java.util.List;

/** The {@code <interface>} elements. */
final class InterfaceXml {
    private InterfaceXml() {}

    static List<El> of(Identity machine, List<InterfaceShape> interfaces, Addresses addresses) {
        return interfaces.stream()
                .map(nic -> addresses.addressed(
                        el("interface")
                                .with("type", "network")
                                .with(el("mac").with("address", MacAddresses.of(machine, nic.name())))
                                .with(el("source").with("network", "default"))
                                .with(el("model").with("type", nic.model())),
                        key(nic)))
                .toList();
    }

    static String key(InterfaceShape nic) {
        return "ua-interface-" + nic.name();
    }
}
