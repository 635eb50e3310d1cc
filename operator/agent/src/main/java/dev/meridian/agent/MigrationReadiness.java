package dev.meridian.agent;

import dev.meridian.agent.tls.Defect;
import dev.meridian.agent.tls.PeerCertificate;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.domain.plan.TargetUri;
import dev.meridian.domain.status.Conditions.Decided;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether machines can come to the node as they run: its condition MigrationReady. */
final class MigrationReadiness implements AutoCloseable {
    private static final String CONDITION = "MigrationReady";
    private static final Duration WARNING = Duration.ofDays(7);
    /** How long an answer of libvirt holds: each is a connection. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(30);

    private static final Defect NOT_OFFERED = new Defect(
            "NotOffered",
            "its agent is not told where other nodes reach it; give it --migration-libvirt-uri and --migration-uri");

    private final Optional<MigrationUris> uris;
    private final MigrationCredentials credentials;
    private final Supplier<Optional<String>> connections;
    private final Supplier<Optional<Defect>> issuing;
    private final Optional<OfferedLibvirt> libvirt;
    private final Lock handshakes;
    private final InstantSource clock;
    private @Nullable Decided last;
    private Instant lastAt = Instant.MIN;
    private volatile boolean isStale;

    /**
     * @param issuing why the cluster's certificates are not there or will not be renewed
     * @param handshakes held while libvirt is asked
     */
    MigrationReadiness(
            Optional<MigrationUris> uris,
            MigrationCredentials credentials,
            Supplier<Optional<Defect>> issuing,
            Supplier<Optional<String>> connections,
            Lock handshakes,
            InstantSource clock) {
        this.uris = uris;
        this.credentials = credentials;
        this.issuing = issuing;
        this.connections = connections;
        this.handshakes = handshakes;
        this.libvirt = uris.map(MigrationUris::libvirt).map(OfferedLibvirt::new);
        this.clock = clock;
    }

    /** Why no machine can come, as far as it is seen without a connection. */
    Optional<Defect> defect() {
        return uris.isEmpty()
                ? Optional.of(NOT_OFFERED)
                : uris.filter(MigrationUris::isTls)
                        .flatMap(tls -> credentials.defect(tls, clock.instant()))
                        .map(this::explained);
    }

    /** Nobody is to lay files that the cluster issues: why it does not comes first. */
    private Defect explained(Defect defect) {
        return issuing.get()
                .map(trouble -> new Defect(trouble.reason(), trouble.message() + "; " + defect.message()))
                .orElse(defect);
    }

    /** What was answered last is of other certificates. */
    void askAnew() {
        isStale = true;
    }

    /** @param isReachable whether libvirt is, by its own socket */
    Decided condition(boolean isReachable) throws InterruptedException {
        var defect = defect();
        if (defect.isPresent()) {
            return no(defect.get());
        }
        if (!isReachable) {
            last = null;
            return no(new Defect("LibvirtUnreachable", "libvirt is not reached at all"));
        }
        var now = clock.instant();
        if (isStale) {
            isStale = false;
            last = null;
        }
        if (last == null || Duration.between(lastAt, now).abs().compareTo(ASK_AGAIN) > 0) {
            last = asked(uris.orElseThrow(), now);
            lastAt = now;
        }
        return last;
    }

    private Decided asked(MigrationUris offered, Instant now) throws InterruptedException {
        handshakes.lockInterruptibly();
        try {
            return answered(offered, now);
        } finally {
            handshakes.unlock();
        }
    }

    private Decided answered(MigrationUris offered, Instant now) throws InterruptedException {
        var failure = libvirt.orElseThrow().failure();
        if (failure.isPresent()) {
            return no(new Defect(
                    "NotListening",
                    "%s: %s%s".formatted(offered.libvirt(), failure.get(), remedy(offered, failure.get(), now))));
        }
        if (!offered.isTls()) {
            var message = "what guests have in memory goes over the network as it is";
            return yes(
                    "Unencrypted", message + connections.get().map("; "::concat).orElse(""));
        }
        var trouble = issuing.get();
        if (trouble.isPresent()) {
            return yes(trouble.get().reason(), trouble.get().message());
        }
        var first = credentials.firstToExpire(offered).orElseThrow();
        if (Duration.between(now, first.getValue()).compareTo(WARNING) < 0) {
            return yes("CertificateExpiring", "%s expires at %s; renew it".formatted(first.getKey(), first.getValue()));
        }
        return connections
                .get()
                .map(warning -> yes("ConnectionsBreak", warning))
                .orElseGet(() -> yes("Ready", "its certificates are valid until " + first.getValue()));
    }

    /** libvirt reads its certificates at its start, and may show others than lie there now. */
    private String remedy(MigrationUris offered, String failure, Instant now) {
        return TargetUri.libvirt(offered.libvirt())
                .filter(TargetUri::isTls)
                .flatMap(uri -> PeerCertificate.defect(uri.host(), uri.port(), credentials.authorities(), now))
                .map(shown -> "; " + shown.message() + ", and run: virt-admin server-update-tls libvirtd")
                .orElseGet(() -> failure.contains("unable to connect")
                        ? "; have libvirt listen there, in libvirtd.conf or virtproxyd's sockets"
                        : "");
    }

    private static Decided no(Defect defect) {
        return new Decided(CONDITION, ConditionStatus.False, defect.reason(), defect.message());
    }

    private static Decided yes(String reason, String message) {
        return new Decided(CONDITION, ConditionStatus.True, reason, message);
    }

    @Override
    public void close() {
        libvirt.ifPresent(OfferedLibvirt::close);
    }
}
