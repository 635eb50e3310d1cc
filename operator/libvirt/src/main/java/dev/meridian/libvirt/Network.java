package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.util.List;

/** One of libvirt's own virtual networks (virNetworkPtr). */
public final class Network implements AutoCloseable {

    /** VIR_NETWORK_UPDATE_COMMAND_DELETE. */
    private static final int DELETE = 2;

    /** VIR_NETWORK_UPDATE_COMMAND_ADD_LAST. */
    private static final int ADD_LAST = 3;

    /** VIR_NETWORK_SECTION_IP_DHCP_HOST. */
    private static final int DHCP_HOST = 4;

    private final Handle handle;
    private final String name;

    /** Takes over a reference. */
    Network(Pointer pointer) {
        this.name = LibvirtC.virNetworkGetName(pointer);
        this.handle = new Handle(
                pointer,
                LibvirtC::virNetworkFree,
                () -> new IllegalStateException("network \"" + name + "\" is closed"));
    }

    public String name() {
        return name;
    }

    public boolean isActive() {
        return handle.number("virNetworkIsActive", LibvirtC::virNetworkIsActive) == 1;
    }

    /** Starts it; OPERATION_INVALID when it is active. */
    public void create() {
        handle.number("virNetworkCreate", LibvirtC::virNetworkCreate);
    }

    /** Stops it: its interface on the host goes, and guests on it have no link to it any more. */
    public void destroy() {
        handle.number("virNetworkDestroy", LibvirtC::virNetworkDestroy);
    }

    /** Removes the definition; one that is active goes on until it is destroyed. */
    public void undefine() {
        handle.number("virNetworkUndefine", LibvirtC::virNetworkUndefine);
    }

    public String xml() {
        return handle.string("virNetworkGetXMLDesc", network -> LibvirtC.virNetworkGetXMLDesc(network, 0));
    }

    /**
     * Adds a {@code <host>} to the addresses that the network's DHCP server gives away.
     *
     * @throws LibvirtException OPERATION_INVALID when one has its MAC, its name or its address
     */
    public void addDhcpHost(String xml, Affect affect) {
        update(ADD_LAST, xml, affect);
    }

    /** Takes the {@code <host>} of that MAC, name and address away; OPERATION_INVALID when there is none. */
    public void deleteDhcpHost(String xml, Affect affect) {
        update(DELETE, xml, affect);
    }

    private void update(int command, String xml, Affect affect) {
        handle.number(
                "virNetworkUpdate",
                network -> LibvirtC.virNetworkUpdate(network, command, DHCP_HOST, -1, xml, affect.bits()));
    }

    /** How many interfaces of running domains are on it; OPERATION_INVALID while it is not active. */
    public int ports() {
        return handle.number("virNetworkListAllPorts", network -> LibvirtC.virNetworkListAllPorts(network, null, 0));
    }

    public List<DhcpLease> dhcpLeases() {
        return handle.list(
                "virNetworkGetDHCPLeases",
                (network, out) -> LibvirtC.virNetworkGetDHCPLeases(network, null, out, 0),
                DhcpLease::take);
    }

    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
