package dev.meridian.domain.host;

/**
 * A device of the node that a guest can have to itself.
 *
 * @param address of PCI as {@code 0000:3b:00.0}, of USB bus and device as {@code 1:4}, of a mediated device its UUID
 */
public record HostDevice(Kind kind, String address) {
    /** In libvirt's words. */
    public enum Kind {
        pci,
        usb,
        mdev
    }
}
