package dev.meridian.agent;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.libvirt.CommandConnections;
import dev.meridian.libvirt.Connection;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One life of the connections to a node's libvirt.
 *
 * @param number grows with each life
 * @param reads for events and for calls that never wait for a hypervisor process
 * @param validatedShapes shapes of definitions that this libvirt's schema was asked about and allows
 * @param commands for calls that may
 * @param qemuGroup the number of the group as which QEMU runs, if no machine says otherwise
 * @param zone of libvirt's process
 */
record LibvirtSession(
        long number,
        Connection reads,
        CommandConnections commands,
        String hostUUID,
        long libvirtVersion,
        Map<HypervisorType, DomainTypeFacts> types,
        Set<String> validatedShapes,
        Optional<String> qemuGroup,
        ZoneId zone) {

    /** Waits for no call in flight. */
    boolean isAlive() {
        return reads.isAlive() && commands.isAlive();
    }

    void close() {
        reads.close();
        commands.close();
    }
}
