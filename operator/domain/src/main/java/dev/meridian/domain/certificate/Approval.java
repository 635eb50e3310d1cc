package dev.meridian.domain.certificate;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.certificate.AskedCertificate.Contents;
import dev.meridian.domain.certificate.Verdict.Approved;
import dev.meridian.domain.certificate.Verdict.Denied;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** To whom a certificate for migrations is issued: to a node's own agent, for that node. */
public final class Approval {
    static final String NOT_AN_AGENT = "NotAnAgent";
    static final String UNKNOWN_NODE = "UnknownNode";
    static final String WRONG_REQUEST = "WrongRequest";
    static final String WRONG_HOSTS = "WrongHosts";

    /** Both ends of a connection show the same one. */
    public static final Set<String> USAGES =
            Set.of("digital signature", "key encipherment", "server auth", "client auth");

    private static final String AGENTS =
            "system:serviceaccount:%s:%s".formatted(Meridian.SYSTEM_NAMESPACE, Meridian.AGENT);

    private Approval() {}

    /** @param nodes all that there are: what two say of themselves is neither's */
    public static Verdict judge(AskedCertificate asked, Collection<NodeHosts> nodes) {
        if (!asked.username().equals(AGENTS) || asked.nodeName().isEmpty()) {
            return new Denied(
                    NOT_AN_AGENT,
                    "it was not asked for by %s with a token that is bound to a node, but by %s"
                            .formatted(AGENTS, asked.username()));
        }
        var name = asked.nodeName().get();
        var node = nodes.stream().filter(one -> one.name().equals(name)).findFirst();
        if (node.isEmpty()
                || asked.nodeUid().filter(uid -> !uid.equals(node.get().uid())).isPresent()) {
            return new Denied(UNKNOWN_NODE, "there is no node \"%s\" of the token's uid".formatted(name));
        }
        return fault(asked, name)
                .or(() -> foreignHost(asked.contents().hosts(), node.get(), nodes))
                .<Verdict>map(denied -> denied)
                .orElseGet(() -> new Approved(name, asked.contents().hosts()));
    }

    private static Optional<Denied> fault(AskedCertificate asked, String name) {
        Contents contents = asked.contents();
        return Stream.of(
                        wrong(contents.isProven(), "its signature is not that of its key"),
                        wrong(contents.isP256(), "its key is none of ECDSA on P-256"),
                        wrong(
                                contents.subject().equals("CN=" + name),
                                "its subject is \"%s\", and the node's is \"CN=%s\""
                                        .formatted(contents.subject(), name)),
                        wrong(
                                asked.usages().equals(USAGES),
                                "its usages are %s; ask for %s"
                                        .formatted(
                                                asked.usages().stream().sorted().toList(),
                                                USAGES.stream().sorted().toList())),
                        wrong(contents.more().isEmpty(), "it asks for %s as well".formatted(contents.more())),
                        wrong(!contents.hosts().isEmpty(), "it names no host"))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Denied> wrong(boolean isRight, String message) {
        return isRight ? Optional.empty() : Optional.of(new Denied(WRONG_REQUEST, message));
    }

    private static Optional<Denied> foreignHost(Set<String> hosts, NodeHosts node, Collection<NodeHosts> nodes) {
        List<String> sorted = hosts.stream().sorted().toList();
        return sorted.stream()
                .filter(Predicate.not(node.hosts()::contains))
                .findFirst()
                .map(host -> new Denied(
                        WRONG_HOSTS,
                        "\"%s\" is neither the name of node \"%s\" nor one of its status.addresses: %s"
                                .formatted(
                                        host,
                                        node.name(),
                                        node.hosts().stream().sorted().toList())))
                .or(() -> sorted.stream()
                        .flatMap(host -> nodes.stream()
                                .filter(other -> !other.name().equals(node.name())
                                        && other.hosts().contains(host))
                                .map(other -> new Denied(
                                        WRONG_HOSTS,
                                        "\"%s\" stands in status.addresses of node \"%s\" as well"
                                                .formatted(host, other.name()))))
                        .findFirst());
    }
}
