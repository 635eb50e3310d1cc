package dev.meridian.libvirt;

/** Where libvirt asks for a guest's addresses (virDomainInterfaceAddressesSource). */
public enum AddressSource {
    /** The DHCP leases of libvirt's own networks. */
    LEASE(0),
    /** The guest agent: blocks as long as it does not answer. */
    AGENT(1),
    /** The host's ARP table. */
    ARP(2);

    private final int number;

    AddressSource(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
