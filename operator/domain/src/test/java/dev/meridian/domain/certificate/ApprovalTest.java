package dev.meridian.domain.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.certificate.AskedCertificate.Contents;
import dev.meridian.domain.certificate.Verdict.Approved;
import dev.meridian.domain.certificate.Verdict.Denied;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** To whom a certificate is issued: whoever has one of libvirt's is root on every node. */
class ApprovalTest {
    private static final String AGENT = "system:serviceaccount:meridian-system:meridian-agent";
    private static final List<NodeHosts> NODES = Stream.of(
                    node("node-1", "10.0.0.1", "fd00::1", "node-1.example"), node("node-2", "10.0.0.2"))
            .map(NodeHosts::of)
            .toList();

    private static final Contents GOOD =
            new Contents("CN=node-1", Set.of("node-1.example", "10.0.0.1"), List.of(), true, true);

    @Test
    void agentGetsOneForItsNodesNameAndAddresses() {
        assertThat(judge(asked(GOOD))).isEqualTo(new Approved("node-1", Set.of("node-1.example", "10.0.0.1")));
        assertThat(judge(asked(with("node-1")))).isEqualTo(new Approved("node-1", Set.of("node-1")));
        assertThat(judge(asked(with("FD00:0::1")))).isInstanceOf(Approved.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.2         | neither the name of node \"node-1\" nor one of its status.addresses",
                "node-2           | neither",
                "*.example        | neither",
                "127.0.0.1        | neither",
                "10.0.0.1,10.9.9.9| \"10.9.9.9\" is neither",
            })
    void hostThatIsNotTheNodesIsDenied(String hosts, String words) {
        assertDenied(asked(with(hosts.split(","))), Approval.WRONG_HOSTS, words);
    }

    /** Whoever is root on a node can have its kubelet say so. */
    @Test
    void addressThatAnotherNodeHasAsWellIsNobodys() {
        // given
        var nodes = List.of(NODES.getFirst(), NodeHosts.of(node("node-2", "10.0.0.2", "10.0.0.1")));

        // when
        var owners = Approval.judge(asked(GOOD), nodes);
        var thiefs = Approval.judge(
                new AskedCertificate(
                        AGENT,
                        Optional.of("node-2"),
                        Optional.empty(),
                        Approval.USAGES,
                        new Contents("CN=node-2", Set.of("10.0.0.1"), List.of(), true, true)),
                nodes);

        // then
        assertThat(owners)
                .isEqualTo(new Denied(
                        Approval.WRONG_HOSTS, "\"10.0.0.1\" stands in status.addresses of node \"node-2\" as well"));
        assertThat(thiefs)
                .isEqualTo(new Denied(
                        Approval.WRONG_HOSTS, "\"10.0.0.1\" stands in status.addresses of node \"node-1\" as well"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "system:serviceaccount:meridian-system:meridian-agent      | -      | -      | NotAnAgent  | with a token that is bound to a node",
                "system:serviceaccount:meridian-system:meridian-controller | node-1 | -      | NotAnAgent  | but by system:serviceaccount:meridian-system:meridian-controller",
                "system:serviceaccount:other:meridian-agent                | node-1 | -      | NotAnAgent  | but by",
                "system:node:node-1                                        | node-1 | -      | NotAnAgent  | but by",
                "system:serviceaccount:meridian-system:meridian-agent      | node-3 | -      | UnknownNode | there is no node \"node-3\"",
                "system:serviceaccount:meridian-system:meridian-agent      | node-1 | before | UnknownNode | of the token's uid",
                "system:serviceaccount:meridian-system:meridian-agent      | node-2 | -      | WrongRequest| the node's is \"CN=node-2\"",
            })
    void whoIsNotTheNodesAgentGetsNone(
            String username, @Nullable String node, @Nullable String uid, String reason, String words) {
        assertDenied(
                new AskedCertificate(
                        username, Optional.ofNullable(node), Optional.ofNullable(uid), Approval.USAGES, GOOD),
                reason,
                words);
    }

    @Test
    void nothingIsIssuedBeyondWhatNodesNeed() {
        assertWrong(new Contents("CN=node-2", GOOD.hosts(), List.of(), true, true), "its subject is \"CN=node-2\"");
        assertWrong(new Contents("CN=node-1,O=system:masters", GOOD.hosts(), List.of(), true, true), "its subject is");
        assertWrong(new Contents("CN=node-1", Set.of(), List.of(), true, true), "it names no host");
        assertWrong(
                new Contents("CN=node-1", GOOD.hosts(), List.of("basicConstraints"), true, true),
                "it asks for [basicConstraints] as well");
        assertWrong(new Contents("CN=node-1", GOOD.hosts(), List.of(), false, true), "not that of its key");
        assertWrong(new Contents("CN=node-1", GOOD.hosts(), List.of(), true, false), "none of ECDSA on P-256");
    }

    @Test
    void usagesAreThoseAlone() {
        var more = new HashSet<>(Approval.USAGES);
        more.add("cert sign");
        var fewer = new HashSet<>(Approval.USAGES);
        fewer.remove("client auth");

        for (var usages : List.of(more, fewer, Set.<String>of())) {
            assertDenied(
                    new AskedCertificate(AGENT, Optional.of("node-1"), Optional.empty(), usages, GOOD),
                    Approval.WRONG_REQUEST,
                    "its usages are");
        }
    }

    private static void assertWrong(Contents contents, String words) {
        assertDenied(asked(contents), Approval.WRONG_REQUEST, words);
    }

    private static void assertDenied(AskedCertificate asked, String reason, String words) {
        assertThat(judge(asked)).isInstanceOfSatisfying(Denied.class, denied -> {
            assertThat(denied.reason()).isEqualTo(reason);
            assertThat(denied.message()).contains(words);
        });
    }

    private static Verdict judge(AskedCertificate asked) {
        return Approval.judge(asked, NODES);
    }

    private static AskedCertificate asked(Contents contents) {
        return new AskedCertificate(
                AGENT, Optional.of("node-1"), Optional.of("uid-of-node-1"), Approval.USAGES, contents);
    }

    private static Contents with(String... hosts) {
        var plain = new HashSet<String>();
        Stream.of(hosts).map(Hosts::plain).forEach(plain::add);
        return new Contents("CN=node-1", plain, List.of(), true, true);
    }

    private static Node node(String name, String... addresses) {
        var status = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid("uid-of-" + name)
                .endMetadata()
                .withNewStatus();
        for (var address : addresses) {
            status = status.addNewAddress(address, "InternalIP");
        }
        return status.endStatus().build();
    }
}
