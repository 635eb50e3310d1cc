package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.InterfaceShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code <interface>} elements. */
public final class InterfaceXml {
    private InterfaceXml() {}

    static List<El> of(Identity machine, List<InterfaceShape> interfaces, Addresses addresses) {
        return interfaces.stream().map(nic -> of(machine, nic, addresses)).toList();
    }

    /** One interface, to tell libvirt of a change. */
    public static String device(Identity machine, InterfaceShape nic, Map<String, Map<String, String>> addresses) {
        return of(machine, nic, new Addresses(addresses)).toXml();
    }

    private static El of(Identity machine, InterfaceShape nic, Addresses addresses) {
        return addresses.addressed(
                el("interface")
                        .with("type", "network")
                        .with(el("mac").with("address", MacAddresses.of(machine, nic.name())))
                        .with(el("source").with("network", "default"))
                        .with(el("model").with("type", nic.model()))
                        .with(link(nic)),
                key(nic));
    }

    /** Up is what libvirt takes for granted. */
    private static Optional<El> link(InterfaceShape nic) {
        return switch (nic.linkState()) {
            case Up -> Optional.empty();
            case Down -> Optional.of(el("link").with("state", "down"));
        };
    }

    static String key(InterfaceShape nic) {
        return "ua-interface-" + nic.name();
    }
}
