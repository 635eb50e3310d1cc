package dev.meridian.domain.certificate;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * By what a node is reached: its name, and what its kubelet says in {@code status.addresses}.
 *
 * @param hosts as {@link Hosts} writes them
 */
public record NodeHosts(String name, String uid, Set<String> hosts) {
    public NodeHosts {
        hosts = Set.copyOf(hosts);
    }

    public static NodeHosts of(Node node) {
        var name = node.getMetadata().getName();
        var addresses = Optional.ofNullable(node.getStatus()).stream()
                .flatMap(status -> status.getAddresses().stream())
                .map(NodeAddress::getAddress);
        return new NodeHosts(
                name,
                node.getMetadata().getUid(),
                Stream.concat(Stream.of(name), addresses).map(Hosts::plain).collect(Collectors.toSet()));
    }
}
