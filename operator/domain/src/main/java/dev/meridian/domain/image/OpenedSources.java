package dev.meridian.domain.image;

import dev.meridian.api.v1alpha1.HypervisorPolicySpec;
import dev.meridian.api.v1alpha1.OpenedImageSource;
import dev.meridian.domain.host.Selection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The servers that administrators opened to one namespace on one node.
 *
 * @param hosts names; one that begins with {@code *.} is every name below
 */
public record OpenedSources(List<String> hosts, List<Cidr> cidrs) {
    public static final OpenedSources NONE = new OpenedSources(List.of(), List.of());

    public OpenedSources {
        hosts = List.copyOf(hosts);
        cidrs = List.copyOf(cidrs);
    }

    public static OpenedSources of(
            List<HypervisorPolicySpec> policies,
            Map<String, String> nodeLabels,
            String namespace,
            Map<String, String> namespaceLabels) {
        var hosts = new ArrayList<String>();
        var cidrs = new ArrayList<Cidr>();
        policies.stream()
                .filter(policy -> Selection.carries(nodeLabels, policy.nodeSelector()))
                .flatMap(policy -> orNone(policy.imageSources()).stream())
                .filter(source -> Selection.chooses(source.namespaces(), namespace, namespaceLabels))
                .forEach(source -> {
                    hosts.addAll(orNone(source.hosts()));
                    orNone(source.cidrs()).stream().map(Cidr::parse).forEach(cidrs::add);
                });
        return new OpenedSources(hosts, cidrs);
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    /** Whether a policy has a say about namespaces' labels. */
    public static boolean selectsNamespaces(HypervisorPolicySpec policy) {
        return orNone(policy.imageSources()).stream()
                .map(OpenedImageSource::namespaces)
                .anyMatch(choice -> choice.selector() != null
                        && choice.selector().matchLabels() != null
                        && !choice.selector().matchLabels().isEmpty());
    }

    boolean opens(String host, InetAddress address) {
        return hosts.stream().anyMatch(opened -> names(opened, host.toLowerCase(Locale.ROOT)))
                || cidrs.stream().anyMatch(cidr -> cidr.contains(address));
    }

    private static boolean names(String opened, String host) {
        return opened.startsWith("*.") ? host.endsWith(opened.substring(1)) : host.equals(opened);
    }
}
