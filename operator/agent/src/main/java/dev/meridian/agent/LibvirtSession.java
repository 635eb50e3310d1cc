package dev.meridian.agent;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.libvirt.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One life of the connections to a node's libvirt.
 *
 * @param number grows with each life
 * @param reads for events and for calls that never wait for a hypervisor process
 * @param validatedShapes shapes of definitions that this libvirt's schema was asked about and allows
 * @param turn of the connections for commands
 * @param commands for calls that may; libvirt serves five at a time on a connection
 */
record LibvirtSession(
        long number,
        Connection reads,
        List<Connection> commands,
        String hostUUID,
        long libvirtVersion,
        Map<HypervisorType, DomainTypeFacts> types,
        Set<String> validatedShapes,
        AtomicInteger turn) {

    /** The next in turn, so that a burst is spread evenly. */
    Connection nextCommands() {
        return commands.get(Math.floorMod(turn.getAndIncrement(), commands.size()));
    }

    void close() {
        reads.close();
        commands.forEach(Connection::close);
    }
}
