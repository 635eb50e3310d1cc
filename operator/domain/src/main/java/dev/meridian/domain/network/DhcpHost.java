package dev.meridian.domain.network;

import static dev.meridian.domain.xml.El.el;

/**
 * An address that a network keeps for an interface.
 *
 * @param name that the network's DNS server knows it by, which tells the machine
 */
public record DhcpHost(String mac, String name, String address) {
    /** The first interface of a machine on a network has the machine's name; no name of a machine holds an underscore. */
    public static String name(String machine, String interfaceName, boolean first) {
        // libvirt takes no name that begins with a digit.
        var begun = Character.isDigit(machine.charAt(0)) ? "n__" + machine : machine;
        return first ? begun : begun + "_" + interfaceName;
    }

    /** The machine whose interface it is. */
    public String machine() {
        var begun = name.startsWith("n__") ? name.substring(3) : name;
        var end = begun.indexOf('_');
        return end < 0 ? begun : begun.substring(0, end);
    }

    public String toXml() {
        return el("host")
                .with("mac", mac)
                .with("name", name)
                .with("ip", address)
                .toXml();
    }
}
