package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.util.List;

/** One of libvirt's own virtual networks (virNetworkPtr). */
public final class Network implements AutoCloseable {

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
        return handle.number(LibvirtC::virNetworkIsActive) == 1;
    }

    /** Starts it; OPERATION_INVALID when it is active. */
    public void create() {
        handle.number(LibvirtC::virNetworkCreate);
    }

    public String xml() {
        return handle.string(network -> LibvirtC.virNetworkGetXMLDesc(network, 0));
    }

    public List<DhcpLease> dhcpLeases() {
        return handle.list((network, out) -> LibvirtC.virNetworkGetDHCPLeases(network, null, out, 0), DhcpLease::take);
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
