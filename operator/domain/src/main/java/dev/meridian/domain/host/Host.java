package dev.meridian.domain.host;

import dev.meridian.api.v1alpha1.HypervisorType;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as its libvirt describes it.
 *
 * @param clusterId uid of the namespace kube-system: what makes a domain this cluster's
 * @param types what can run machines here; KVM only where the CPU really has it
 * @param networks libvirt networks by name, with whether they are active
 * @param bootId of the node, new at each boot
 * @param consoleDirectory where the serial consoles are logged
 * @param nvramDirectory where the variables of machines' UEFI are kept
 * @param vhostVsock whether the node has /dev/vhost-vsock
 * @param libvirtZone of libvirt's process, which colours how it reads guests' clocks at its start
 */
public record Host(
        String nodeName,
        String clusterId,
        Map<HypervisorType, DomainTypeFacts> types,
        Map<String, Boolean> networks,
        String bootId,
        String consoleDirectory,
        String nvramDirectory,
        boolean vhostVsock,
        ZoneId libvirtZone) {

    /** What runs a machine that asks for {@code wished}; nothing when the node does not offer it. */
    public Optional<HypervisorType> resolve(HypervisorType wished) {
        return switch (wished) {
            case Auto ->
                List.of(HypervisorType.KVM, HypervisorType.QEMU, HypervisorType.Test).stream()
                        .filter(types::containsKey)
                        .findFirst();
            case KVM, QEMU, Test -> types.containsKey(wished) ? Optional.of(wished) : Optional.empty();
        };
    }
}
