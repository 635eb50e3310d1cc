package dev.meridian.domain.network;

import dev.meridian.api.v1alpha1.HypervisorPolicySpec;
import dev.meridian.api.v1alpha1.OpenedLink;
import dev.meridian.api.v1alpha1.OpenedSubnet;
import dev.meridian.domain.host.Selection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What administrators opened of a node's networking to one namespace.
 *
 * @param subnets addresses as networks, of IPv4 and IPv6
 */
public record OpenedNetworking(Set<String> bridges, Set<String> interfaces, Set<String> subnets) {
    public static final OpenedNetworking NONE = new OpenedNetworking(Set.of(), Set.of(), Set.of());

    public static OpenedNetworking of(
            List<HypervisorPolicySpec> policies,
            Map<String, String> nodeLabels,
            String namespace,
            Map<String, String> namespaceLabels) {
        var bridges = new HashSet<String>();
        var interfaces = new HashSet<String>();
        var subnets = new HashSet<String>();
        for (var policy : policies) {
            if (Selection.carries(nodeLabels, policy.nodeSelector())) {
                bridges.addAll(links(policy.bridges(), namespace, namespaceLabels));
                interfaces.addAll(links(policy.interfaces(), namespace, namespaceLabels));
                orNone(policy.subnets()).stream()
                        .filter(subnet -> Selection.chooses(subnet.namespaces(), namespace, namespaceLabels))
                        .map(OpenedSubnet::cidr)
                        .forEach(subnets::add);
            }
        }
        return new OpenedNetworking(Set.copyOf(bridges), Set.copyOf(interfaces), Set.copyOf(subnets));
    }

    /** The bridges and interfaces of a node that are opened to anybody. */
    public static Set<String> links(List<HypervisorPolicySpec> policies, Map<String, String> nodeLabels) {
        return policies.stream()
                .filter(policy -> Selection.carries(nodeLabels, policy.nodeSelector()))
                .flatMap(policy ->
                        Stream.concat(orNone(policy.bridges()).stream(), orNone(policy.interfaces()).stream()))
                .map(OpenedLink::name)
                .collect(Collectors.toSet());
    }

    /** IPv6 prefixes are opened one by one. */
    public boolean allows(String subnet) {
        return subnets.contains(subnet)
                || Ipv4Network.parse(subnet)
                        .filter(wished -> subnets.stream()
                                .flatMap(opened -> Ipv4Network.parse(opened).stream())
                                .anyMatch(opened -> opened.contains(wished)))
                        .isPresent();
    }

    private static List<String> links(@Nullable List<OpenedLink> links, String namespace, Map<String, String> labels) {
        return orNone(links).stream()
                .filter(link -> Selection.chooses(link.namespaces(), namespace, labels))
                .map(OpenedLink::name)
                .toList();
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
