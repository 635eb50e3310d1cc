package dev.meridian.controller.certificate;

import dev.meridian.domain.certificate.Approval;
import dev.meridian.domain.certificate.AskedCertificate;
import dev.meridian.domain.certificate.Lifetimes;
import dev.meridian.domain.certificate.MigrationUse;
import dev.meridian.domain.certificate.NodeHosts;
import dev.meridian.domain.certificate.Verdict;
import dev.meridian.domain.certificate.Verdict.Approved;
import dev.meridian.domain.certificate.Verdict.Denied;
import dev.meridian.domain.effect.EffectWatch;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.CertificateSigningRequestResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Approves and signs what nodes' agents ask for to migrate guests. What somebody else approved it judges as well, and does
 * not sign what it would have denied.
 */
public final class MigrationSigner implements Reconciler<CertificateSigningRequest>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationSigner.class);
    private static final Duration KEEPING = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final String APPROVED = "Approved";
    private static final Set<String> ENDS = Set.of("Denied", "Failed");
    private static final String NODE_NAME = "authentication.kubernetes.io/node-name";
    private static final String NODE_UID = "authentication.kubernetes.io/node-uid";

    private final KubernetesClient client;
    private final Supplier<Collection<Node>> nodes;
    private final BooleanSupplier leads;
    private final Lifetimes lifetimes;
    private final EffectWatch watch;
    private final InstantSource clock;
    private final Map<MigrationUse, MigrationAuthority> authorities = new EnumMap<>(MigrationUse.class);
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param nodes as they are now
     * @param leads whether this process may write
     */
    public MigrationSigner(
            KubernetesClient client,
            Supplier<Collection<Node>> nodes,
            BooleanSupplier leads,
            Lifetimes lifetimes,
            EffectWatch watch,
            InstantSource clock) {
        this.client = client;
        this.nodes = nodes;
        this.leads = leads;
        this.lifetimes = lifetimes;
        this.watch = watch;
        this.clock = clock;
        for (var use : MigrationUse.values()) {
            authorities.put(use, new MigrationAuthority(client, use, lifetimes, watch, clock));
        }
    }

    /** Keeps the authorities from now on. */
    public void start() {
        Thread.ofPlatform().daemon().name("authorities").start(this::keepAll);
    }

    /** Whether a request is ours, and there is something to do about it. */
    public static boolean concerns(CertificateSigningRequest request) {
        return MigrationUse.ofSigner(request.getSpec().getSignerName()).isPresent() && !isOver(request);
    }

    private void keepAll() {
        try {
            do {
                keep();
            } while (!closed.await(KEEPING.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        if (!leads.getAsBoolean()) {
            return;
        }
        authorities.forEach((use, authority) -> {
            try {
                authority.keep();
            } catch (RuntimeException e) {
                LOG.atWarn()
                        .addKeyValue("authority", use.authorityName())
                        .log("The authority is not kept: {}", e.getMessage());
            }
        });
    }

    @Override
    public UpdateControl<CertificateSigningRequest> reconcile(
            CertificateSigningRequest request, Context<CertificateSigningRequest> context) {
        var use = MigrationUse.ofSigner(request.getSpec().getSignerName());
        if (use.isEmpty() || isOver(request)) {
            return UpdateControl.noUpdate();
        }
        if (!leads.getAsBoolean()) {
            return UpdateControl.<CertificateSigningRequest>noUpdate().rescheduleAfter(LOOK_AGAIN);
        }
        try {
            act(request, use.get());
            return UpdateControl.noUpdate();
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                // somebody else was faster, and what he did is heard of; or it is gone
                case HttpURLConnection.HTTP_CONFLICT ->
                    UpdateControl.<CertificateSigningRequest>noUpdate().rescheduleAfter(LOOK_AGAIN);
                case HttpURLConnection.HTTP_NOT_FOUND -> UpdateControl.noUpdate();
                default -> throw e;
            };
        }
    }

    private void act(CertificateSigningRequest request, MigrationUse use) {
        var parsed = parsed(request);
        var verdict = Approval.judge(
                asked(request, parsed), nodes.get().stream().map(NodeHosts::of).toList());
        switch (verdict) {
            case Approved approved when isApproved(request) -> sign(request, parsed.orElseThrow(), approved, use);
            case Approved approved ->
                watch.around(
                        "ApproveCertificate",
                        () -> approval(request)
                                .approve(condition(
                                        APPROVED,
                                        "NodesAgent",
                                        "the agent of node \"%s\" asked for it".formatted(approved.nodeName()))));
            case Denied denied
            when isApproved(request) ->
                watch.around(
                        "FailCertificate",
                        () -> client.resource(new CertificateSigningRequestBuilder(request)
                                        .editStatus()
                                        .addToConditions(condition("Failed", denied.reason(), denied.message()))
                                        .endStatus()
                                        .build())
                                .updateStatus());
            case Denied denied ->
                watch.around(
                        "DenyCertificate",
                        () -> approval(request).deny(condition("Denied", denied.reason(), denied.message())));
        }
        tell(request, verdict);
    }

    private void sign(CertificateSigningRequest request, ParsedRequest parsed, Approved approved, MigrationUse use) {
        var asked = request.getSpec().getExpirationSeconds();
        var lifetime = asked == null || Duration.ofSeconds(asked).compareTo(lifetimes.certificate()) > 0
                ? lifetimes.certificate()
                : Duration.ofSeconds(asked);
        var certificate = Objects.requireNonNull(authorities.get(use), "each use has one")
                .issuer()
                .issue(parsed.key(), approved, lifetime, clock.instant());
        watch.around(
                "IssueCertificate",
                () -> client.resource(new CertificateSigningRequestBuilder(request)
                                .editStatus()
                                .withCertificate(Base64.getEncoder()
                                        .encodeToString(Pem.text(certificate).getBytes(StandardCharsets.US_ASCII)))
                                .endStatus()
                                .build())
                        .updateStatus());
    }

    private static void tell(CertificateSigningRequest request, Verdict verdict) {
        switch (verdict) {
            case Approved(var node, var hosts) ->
                LOG.atInfo()
                        .addKeyValue("request", request.getMetadata().getName())
                        .addKeyValue("node", node)
                        .addKeyValue("hosts", hosts)
                        .log(isApproved(request) ? "A certificate is issued" : "A certificate is approved");
            case Denied(var reason, var message) ->
                LOG.atWarn()
                        .addKeyValue("request", request.getMetadata().getName())
                        .addKeyValue("username", request.getSpec().getUsername())
                        .addKeyValue("reason", reason)
                        .log("A certificate is denied: {}", message);
        }
    }

    private CertificateSigningRequestResource<CertificateSigningRequest> approval(CertificateSigningRequest request) {
        return client.certificates()
                .v1()
                .certificateSigningRequests()
                .withName(request.getMetadata().getName());
    }

    private CertificateSigningRequestCondition condition(String type, String reason, String message) {
        return new CertificateSigningRequestConditionBuilder()
                .withType(type)
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .withLastUpdateTime(
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }

    private static Optional<ParsedRequest> parsed(CertificateSigningRequest request) {
        return ParsedRequest.of(
                new String(Base64.getDecoder().decode(request.getSpec().getRequest()), StandardCharsets.ISO_8859_1));
    }

    private static AskedCertificate asked(CertificateSigningRequest request, Optional<ParsedRequest> parsed) {
        var spec = request.getSpec();
        return new AskedCertificate(
                spec.getUsername(),
                extra(spec.getExtra(), NODE_NAME),
                extra(spec.getExtra(), NODE_UID),
                new HashSet<>(spec.getUsages()),
                parsed.map(ParsedRequest::contents).orElseGet(ParsedRequest::unreadable));
    }

    /** Several values are none: the API server gives one. */
    private static Optional<String> extra(Map<String, List<String>> extra, String key) {
        return Optional.ofNullable(extra)
                .map(all -> all.get(key))
                .filter(values -> values.size() == 1)
                .map(List::getFirst);
    }

    private static boolean isOver(CertificateSigningRequest request) {
        var status = request.getStatus();
        return status != null
                && (status.getCertificate() != null
                        || status.getConditions().stream().anyMatch(condition -> ENDS.contains(condition.getType())));
    }

    private static boolean isApproved(CertificateSigningRequest request) {
        return request.getStatus() != null
                && request.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals(APPROVED));
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
