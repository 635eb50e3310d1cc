package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Several policies may match a node: their lists add up. */
public record HypervisorPolicySpec(
        @JsonPropertyDescription("Labels of the nodes to which the policy applies; none: all nodes.")
        @Size(max = 64)
        @Nullable
        Map<String, String> nodeSelector,

        @JsonPropertyDescription("Directories whose files machines may use.") @Size(max = 64) @Nullable
        List<OpenedHostPath> hostPaths,

        @JsonPropertyDescription("Storage pools of libvirt whose volumes machines may use.") @Size(max = 64) @Nullable
        List<OpenedPool> pools,

        @JsonPropertyDescription("The hook in libvirt that notes the clocks of guests that end.") @Nullable
        HookChoice hook,

        @JsonPropertyDescription("Servers of images whose addresses are closed to tenants otherwise: the cluster's own,"
                + " link-local and loopback.")
        @Size(max = 64)
        @Nullable
        List<OpenedImageSource> imageSources,

        @JsonPropertyDescription("The node's copies of images.") @Nullable
        ImageCacheLimits imageCache,

        @JsonPropertyDescription(
                "Bridges, of Linux or of Open vSwitch, that networks of kind bridge and openvswitch may name.")
        @Size(max = 64)
        @Nullable
        List<OpenedLink> bridges,

        @JsonPropertyDescription("Interfaces that networks of kind macvtap may name.") @Size(max = 64) @Nullable
        List<OpenedLink> interfaces,

        @JsonPropertyDescription("Addresses that networks of kind nat, isolated and routed may have.")
        @Size(max = 64)
        @Nullable
        List<OpenedSubnet> subnets,

        @JsonPropertyDescription("Devices that machines may have to themselves.") @Size(max = 64) @Nullable
        List<OpenedDevice> devices,

        @JsonPropertyDescription("How guests go from and to the nodes as they run.") @Nullable
        MigrationChoice migration) {}
