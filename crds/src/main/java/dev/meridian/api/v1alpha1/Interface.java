package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A network interface: on a VirtualMachineNetwork, else on the node's libvirt network "default". */
@ValidationRule(
        value = "!has(self.queues) || !has(self.model) || self.model == 'virtio'",
        messageExpression =
                "'interfaces.queues: model ' + self.model + ' has one queue; use virtio, or leave queues out'")
@ValidationRule(
        value = "has(self.network) || !has(self.ipAddress) && !has(self.addressSpoofing)",
        message =
                "interfaces.ipAddress, interfaces.addressSpoofing: the node's own network has none of them; name a network")
public record Interface(
        @Required @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$") @Size(max = 63)
        String name,

        @Default("virtio") @Nullable InterfaceModel model,

        @JsonPropertyDescription("Whether the cable is in; changed on the running machine.") @Default("Up") @Nullable
        LinkState linkState,

        @JsonPropertyDescription("The VirtualMachineNetwork; left out, the node's own network.") @Nullable
        NetworkReference network,

        @JsonPropertyDescription("The guest's MAC address; left out, one derived from the machine's uid and the name.")
        @Pattern("^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$")
        @Size(max = 17)
        @ValidationRule(
                value = "self.matches('^.[02468aAcCeE]') && !self.matches('^[fF][eE]') && self != '00:00:00:00:00:00'",
                messageExpression = "'interfaces.macAddress: ' + self + ' is no address of one card; give one like"
                        + " 52:54:00:12:34:56, whose second digit is even, and that does not begin with fe'")
        @Nullable
        String macAddress,

        @JsonPropertyDescription("The IPv4 address that the network's DHCP server gives the guest.")
        @Pattern("^([0-9]{1,3}\\.){3}[0-9]{1,3}$")
        @Size(max = 15)
        @Nullable
        String ipAddress,

        @JsonPropertyDescription("Whether the guest may send under MAC and IP addresses that are not its own;"
                + " left out, it may not.")
        @Nullable
        AddressSpoofing addressSpoofing,

        @JsonPropertyDescription("Limits of what it carries; changed on the running machine.") @Nullable
        Bandwidth bandwidth,

        @JsonPropertyDescription("How many queues a virtio interface has, for as many virtual CPUs.")
        @Min(1)
        @Max(64)
        @Nullable
        Integer queues) {
    /** The same interface with another cable and other limits. */
    public Interface with(@Nullable LinkState otherLinkState, @Nullable Bandwidth otherBandwidth) {
        return new Interface(
                name, model, otherLinkState, network, macAddress, ipAddress, addressSpoofing, otherBandwidth, queues);
    }
}
