package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.Bandwidth;
import dev.meridian.api.v1alpha1.InterfaceModel;
import dev.meridian.api.v1alpha1.LinkState;
import java.util.Optional;

/**
 * A network interface.
 *
 * @param network the VirtualMachineNetwork, else it is on the node's network "default"
 * @param spoofing whether the guest may send under addresses of others
 */
public record InterfaceShape(
        String name,
        InterfaceModel model,
        LinkState linkState,
        Optional<String> network,
        Optional<String> macAddress,
        Optional<String> ipAddress,
        boolean spoofing,
        Optional<Bandwidth> bandwidth,
        Optional<Integer> queues) {
    /** The same interface with the other's cable and limits. */
    public InterfaceShape changedAs(InterfaceShape other) {
        return new InterfaceShape(
                name, model, other.linkState, network, macAddress, ipAddress, spoofing, other.bandwidth, queues);
    }
}
