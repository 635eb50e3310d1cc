package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A network; one kind. It is not changed: guests are on it. */
@ValidationRule(
        value = "[has(self.nat), has(self.isolated), has(self.routed), has(self.bridge), has(self.macvtap),"
                + " has(self.openvswitch)].filter(given, given).size() == 1",
        message = "spec: give one of nat, isolated, routed, bridge, macvtap and openvswitch")
@ValidationRule(
        value = "!has(self.mtu) || !has(self.macvtap)",
        message = "spec.mtu: a macvtap network has its device's; leave it out")
@ValidationRule(
        value = "!has(self.vlan) || has(self.openvswitch)",
        message = "spec.vlan: only an openvswitch network has one; leave it out, or name a bridge that is on the VLAN")
@ValidationRule(
        value = "!has(self.dns) || has(self.nat) || has(self.isolated) || has(self.routed)",
        message = "spec.dns: only nat, isolated and routed networks have a DNS server; leave it out")
@ValidationRule(value = "self == oldSelf", message = "spec: a network is not changed; make another, and name it")
public record VirtualMachineNetworkSpec(
        @Nullable NatNetwork nat,
        @Nullable IsolatedNetwork isolated,
        @Nullable RoutedNetwork routed,
        @Nullable BridgeNetwork bridge,
        @Nullable MacvtapNetwork macvtap,
        @Nullable OpenvswitchNetwork openvswitch,

        @JsonPropertyDescription("The largest packet, in bytes.") @Min(1280) @Max(9216) @Nullable
        Integer mtu,

        @JsonPropertyDescription("The VLAN's tag.") @Min(1) @Max(4094) @Nullable
        Integer vlan,

        @Nullable NetworkDns dns) {}
