package dev.meridian.agent;

import dev.meridian.domain.xml.GuestHardware;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.LibvirtException;

/** Asks the libvirt of another node, before a guest's memory is copied, whether the guest's machine can be there. */
final class TargetHardware {
    private TargetHardware() {}

    /**
     * @param node the other node's name
     * @throws LibvirtException with what is lacking, and what can be done about it
     */
    static void require(Connection there, String node, GuestHardware guest) {
        try {
            there.domainCapabilities(null, guest.architecture(), guest.machine(), guest.type());
        } catch (LibvirtException e) {
            throw e.saying(
                    "spec.machine.type: node %s cannot have a machine of type %s, which the guest has since its start: %s; choose another node, or update QEMU there"
                            .formatted(node, guest.machine(), e.message()));
        }
        guest.cpu().ifPresent(cpu -> compare(there, node, guest, cpu));
    }

    private static void compare(Connection there, String node, GuestHardware guest, String cpu) {
        try {
            there.compareCpu(guest.architecture(), guest.machine(), guest.type(), cpu);
        } catch (LibvirtException e) {
            throw e.saying(
                    "spec.cpu: node %s cannot give the guest its CPU: %s; choose another node, or a spec.cpu.model that all nodes have, and restart the machine"
                            .formatted(node, e.message()));
        }
    }
}
