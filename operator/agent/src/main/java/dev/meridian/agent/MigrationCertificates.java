package dev.meridian.agent;

import dev.meridian.agent.SigningRequests.Answer;
import dev.meridian.agent.tls.Defect;
import dev.meridian.agent.tls.IssuedFiles;
import dev.meridian.agent.tls.KeyRequest;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.certificate.Hosts;
import dev.meridian.domain.certificate.MigrationUse;
import dev.meridian.domain.effect.EffectWatch;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the cluster issue the node's certificates for migrations, where a policy says so, and renews them. */
final class MigrationCertificates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationCertificates.class);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
    private static final Duration SOON = Duration.ofSeconds(2);
    /** How often it is looked for an answer soon. */
    private static final int PATIENCE = 30;
    /** After which what was refused is asked for anew. */
    private static final Duration ASK_AGAIN = Duration.ofMinutes(10);

    private static final String BELIEVED = "ca.crt";

    private final KubernetesClient client;
    private final String nodeName;
    private final Optional<MigrationUris> uris;
    private final MigrationCredentials credentials;
    private final BooleanSupplier isWanted;
    private final SigningRequests requests;
    private final LibvirtDaemons daemons;
    private final Runnable changed;
    private final InstantSource clock;
    private final Map<MigrationUse, IssuedFiles> files = new EnumMap<>(MigrationUse.class);
    private final BlockingQueue<Boolean> pokes = new ArrayBlockingQueue<>(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("certificates").unstarted(this::run);
    private volatile Optional<Defect> trouble = Optional.empty();
    private int unanswered;

    /**
     * @param isWanted whether a policy says so
     * @param changed told when there are others, or there is something else to say of them
     */
    MigrationCertificates(
            KubernetesClient client,
            AgentOptions options,
            MigrationCredentials credentials,
            QemuGroup qemu,
            LibvirtDaemons daemons,
            BooleanSupplier isWanted,
            Runnable changed,
            EffectWatch watch,
            InstantSource clock) {
        this.client = client;
        this.nodeName = options.nodeName();
        this.uris = options.migration().filter(MigrationUris::isTls);
        this.credentials = credentials;
        this.isWanted = isWanted;
        this.requests = new SigningRequests(client, options.nodeName(), watch);
        this.daemons = daemons;
        this.changed = changed;
        this.clock = clock;
        files.put(
                MigrationUse.LIBVIRT,
                new IssuedFiles(credentials.issued(MigrationUse.LIBVIRT), Optional::empty, watch));
        files.put(MigrationUse.QEMU, new IssuedFiles(credentials.issued(MigrationUse.QEMU), qemu, watch));
    }

    void start() {
        if (uris.isPresent()) {
            thread.start();
        }
    }

    /** Something may have changed. */
    void poke() {
        pokes.offer(true);
    }

    /** Why there is none, or none will follow. */
    Optional<Defect> trouble() {
        return trouble;
    }

    private void run() {
        try {
            var pause = SOON;
            while (!Thread.currentThread().isInterrupted()) {
                pokes.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
                pause = look(uris.orElseThrow());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns after how long to look again. */
    private Duration look(MigrationUris offered) {
        var found = found(offered);
        unanswered = found.filter(Waiting.class::isInstance).isPresent() ? unanswered + 1 : 0;
        say(found.map(Trouble::defect));
        return unanswered > 0 && unanswered < PATIENCE ? SOON : LOOK_AGAIN;
    }

    private Optional<Trouble> found(MigrationUris offered) {
        try {
            if (!isWanted.getAsBoolean()) {
                return Optional.empty();
            }
            return Arrays.stream(MigrationUse.values())
                    .map(use -> look(use, offered))
                    .flatMap(Optional::stream)
                    .reduce((first, _) -> first);
        } catch (KubernetesClientException e) {
            return lasting("CertificateNotIssued", "the API server does not do its part: " + e.getMessage());
        } catch (RuntimeException e) {
            // Nobody but this thread would try again.
            LOG.atError().addKeyValue("node", nodeName).setCause(e).log("certificates are not looked after");
            return lasting("CertificateNotIssued", "a bug of the agent's, which is in its log");
        }
    }

    private void say(Optional<Defect> now) {
        if (!now.equals(trouble)) {
            trouble = now;
            now.ifPresent(defect -> LOG.atInfo()
                    .addKeyValue("node", nodeName)
                    .addKeyValue("reason", defect.reason())
                    .log(defect.message()));
            changed.run();
        }
    }

    private sealed interface Trouble {
        Defect defect();
    }

    /** An answer comes by itself. */
    private record Waiting(Defect defect) implements Trouble {}

    private record Lasting(Defect defect) implements Trouble {}

    private static Optional<Trouble> lasting(String reason, String message) {
        return Optional.of(new Lasting(new Defect(reason, message)));
    }

    private Optional<Trouble> look(MigrationUse use, MigrationUris offered) {
        try {
            var mine = Objects.requireNonNull(files.get(use), "each use has some");
            for (var place : credentials.places(use, offered)) {
                if (mine.isForeign(place)) {
                    return lasting(
                            "ForeignCertificate",
                            "a HypervisorPolicy has migration.tls: Issued, and %s was laid there by somebody else; it is left alone, and nothing is issued: remove it, or have no such policy for the node"
                                    .formatted(place.path()));
                }
            }
            var missing = issue(use, mine, hosts(offered));
            mine.openKey();
            if (mine.isLaid()) {
                for (var place : credentials.places(use, offered)) {
                    mine.link(place);
                }
            }
            return missing.or(() -> use == MigrationUse.LIBVIRT ? tell(mine) : Optional.empty());
        } catch (IOException e) {
            return lasting("CertificateNotIssued", "%s: %s".formatted(credentials.issued(use), e));
        }
    }

    private Optional<Trouble> issue(MigrationUse use, IssuedFiles mine, Set<String> hosts) throws IOException {
        var now = clock.instant();
        var believed = believed(use);
        var held = mine.held(believed, now);
        var lack = held.map(one -> one.lack(hosts, now)).orElse(Optional.of("there is none"));
        if (lack.isPresent()) {
            return renew(use, mine, hosts, lack.get(), now);
        }
        mine.forgetPending();
        if (!mine.tells(believed)) {
            mine.believe(believed);
            changed.run();
        }
        return Optional.empty();
    }

    private Optional<Trouble> renew(MigrationUse use, IssuedFiles mine, Set<String> hosts, String lack, Instant now)
            throws IOException {
        var key = key(mine, hosts);
        return switch (requests.ask(use, key)) {
            case Answer.None(var name) ->
                Optional.of(new Waiting(new Defect(
                        "CertificateRequested",
                        "CertificateSigningRequest %s waits to be approved and signed, as %s".formatted(name, lack))));
            case Answer.Refused(var name, var message, var at) -> {
                forget(mine, at, now);
                yield lasting(
                        "CertificateDenied", "CertificateSigningRequest %s was denied: %s".formatted(name, message));
            }
            case Answer.Issued(var name, var certificate, var at) -> {
                // what is believed may have come with the certificate
                var believed = believed(use);
                if (!key.isCertified(certificate, believed, now)) {
                    forget(mine, at, now);
                    yield lasting(
                            "CertificateNotIssued",
                            "CertificateSigningRequest %s has a certificate that is not of its key, or of none of the authorities in ConfigMap %s/%s"
                                    .formatted(name, Meridian.SYSTEM_NAMESPACE, use.authorityName()));
                }
                mine.lay(key, certificate, believed);
                mine.forgetPending();
                LOG.atInfo()
                        .addKeyValue("node", nodeName)
                        .addKeyValue("for", use.word())
                        .log("a certificate is laid, as {}", lack);
                changed.run();
                yield Optional.empty();
            }
        };
    }

    /** The one that is asked for already, if it still is what is wanted. */
    private KeyRequest key(IssuedFiles mine, Set<String> hosts) throws IOException {
        var pending = mine.pending();
        if (pending.isPresent() && pending.get().hosts().equals(hosts)) {
            return pending.get();
        }
        var fresh = KeyRequest.make(nodeName, hosts);
        mine.keepPending(fresh);
        return fresh;
    }

    private static void forget(IssuedFiles mine, Instant at, Instant now) throws IOException {
        if (at.plus(ASK_AGAIN).isBefore(now)) {
            mine.forgetPending();
        }
    }

    private Optional<Trouble> tell(IssuedFiles mine) {
        try {
            if (!mine.isTold()) {
                daemons.readCertificates();
                mine.noteTold();
                changed.run();
            }
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (IOException e) {
            return lasting(
                    "LibvirtNotTold",
                    "new certificates are laid, and libvirt's daemon goes on with those that it has read: %s; run: virt-admin server-update-tls libvirtd"
                            .formatted(e.getMessage()));
        }
    }

    /** The authorities whose certificates are taken now, in the form PEM; none until the first has been issued. */
    private String believed(MigrationUse use) {
        return Optional.ofNullable(client.configMaps()
                        .inNamespace(Meridian.SYSTEM_NAMESPACE)
                        .withName(use.authorityName())
                        .get())
                .map(ConfigMap::getData)
                .map(data -> data.get(BELIEVED))
                .orElse("");
    }

    private static Set<String> hosts(MigrationUris offered) {
        return Stream.of(offered.libvirtHost(), offered.qemuHost())
                .map(Hosts::plain)
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
