package dev.meridian.agent;

import dev.meridian.agent.tls.KeyRequest;
import dev.meridian.domain.certificate.Approval;
import dev.meridian.domain.certificate.MigrationUse;
import dev.meridian.domain.effect.EffectWatch;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** CertificateSigningRequests of the node. */
final class SigningRequests {
    /** What says that none is issued. */
    private static final Set<String> REFUSALS = Set.of("Denied", "Failed");

    private static final int MOST_OF_NODE = 180;

    private final KubernetesClient client;
    private final String nodeName;
    private final EffectWatch watch;

    SigningRequests(KubernetesClient client, String nodeName, EffectWatch watch) {
        this.client = client;
        this.nodeName = nodeName;
        this.watch = watch;
    }

    /** What came of a request. */
    sealed interface Answer {
        /** Nothing so far. */
        record None(String name) implements Answer {}

        /** @param at when */
        record Refused(String name, String message, Instant at) implements Answer {}

        /** @param at when it was asked for */
        record Issued(String name, String certificate, Instant at) implements Answer {}
    }

    /** Asks, if that was not done. The API server forgets requests: one that nobody heeds after a day, others after an hour. */
    Answer ask(MigrationUse use, KeyRequest key) {
        var name = name(use, key);
        var requests = client.certificates().v1().certificateSigningRequests();
        var there = requests.withName(name).get();
        if (there == null) {
            watch.around(
                    "AskCertificate",
                    () -> requests.resource(request(use, name, key)).create());
            return new Answer.None(name);
        }
        var certificate = Optional.ofNullable(there.getStatus()).map(status -> status.getCertificate());
        return refusal(there)
                .<Answer>map(refused -> new Answer.Refused(
                        name,
                        "%s: %s".formatted(refused.getReason(), refused.getMessage()),
                        Instant.parse(refused.getLastUpdateTime())))
                .or(() -> certificate.map(encoded -> new Answer.Issued(
                        name,
                        new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII),
                        Instant.parse(there.getMetadata().getCreationTimestamp()))))
                .orElseGet(() -> new Answer.None(name));
    }

    private static Optional<CertificateSigningRequestCondition> refusal(CertificateSigningRequest request) {
        return Optional.ofNullable(request.getStatus()).stream()
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> REFUSALS.contains(condition.getType()))
                .findFirst();
    }

    private static CertificateSigningRequest request(MigrationUse use, String name, KeyRequest key) {
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withSignerName(use.signerName())
                .withUsages(Approval.USAGES.stream().sorted().toList())
                .withRequest(Base64.getEncoder().encodeToString(key.request().getBytes(StandardCharsets.US_ASCII)))
                .endSpec()
                .build();
    }

    /** A person sees whose it is; a name has 253 characters at the most. */
    private String name(MigrationUse use, KeyRequest key) {
        var node =
                nodeName.substring(0, Math.min(nodeName.length(), MOST_OF_NODE)).replaceFirst("[.-]+$", "");
        return "%s-%s-%s".formatted(use.authorityName(), node, key.digest());
    }
}
