package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.RedfishFence;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.fence.ComputerSystem;
import dev.meridian.domain.fence.FenceProgress;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/** Powers nodes off by Redfish: action ComputerSystem.Reset, then what PowerState is read back. */
final class RedfishDriver implements FenceDriver {
    /** A forced power-off is a matter of moments; a server that is on after this has not done it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String FIELD = "spec.fencing.redfish";

    private final KubernetesClient client;
    private final EffectWatch watch;
    private final InstantSource clock;

    RedfishDriver(KubernetesClient client, EffectWatch watch, InstantSource clock) {
        this.client = client;
        this.watch = watch;
        this.clock = clock;
    }

    @Override
    public FenceProgress powerOff(FenceOrder order) throws FenceFailed, InterruptedException {
        var redfish = Objects.requireNonNull(order.spec().redfish(), FIELD);
        var url = URI.create(redfish.url());
        try (var connection = RedfishConnection.open(redfish, authorization(redfish))) {
            var askedAt = clock.instant();
            var system = system(connection, url);
            checkIdentity(redfish, order, system);
            if (system.isOff()) {
                return new FenceProgress.Proven(askedAt, "%s says PowerState Off".formatted(url));
            }
            var target = target(url, system);
            if (!order.isStillGone().getAsBoolean()) {
                return FenceProgress.NONE;
            }
            watch.before("PowerOff");
            var status = connection.post(target, "{\"ResetType\":\"ForceOff\"}");
            watch.after("PowerOff");
            return awaitOff(connection, order, url, status);
        }
    }

    @Override
    public void abandon(String node) {
        // what was asked for is done, or never will be
    }

    /** Whatever was answered to the deed: only what is read back counts. */
    private FenceProgress awaitOff(RedfishConnection connection, FenceOrder order, URI url, int status)
            throws FenceFailed, InterruptedException {
        var until = clock.instant().plus(PATIENCE);
        while (true) {
            var askedAt = clock.instant();
            var system = system(connection, url);
            if (system.isOff()) {
                return new FenceProgress.Proven(
                        askedAt, "%s says PowerState Off, after ResetType ForceOff".formatted(url));
            }
            if (!isSuccess(status) || askedAt.isAfter(until)) {
                throw new FenceFailed(("%s.url: %s answers %d to ResetType ForceOff, and says PowerState %s%s;"
                                + " power the node off by hand, and say so by spec.fenced")
                        .formatted(
                                FIELD,
                                url,
                                status,
                                system.power(),
                                isSuccess(status) ? " still after %d s".formatted(PATIENCE.toSeconds()) : ""));
            }
            order.pause();
        }
    }

    private static ComputerSystem system(RedfishConnection connection, URI url)
            throws FenceFailed, InterruptedException {
        return ComputerSystem.read(connection.get(url))
                .orElseThrow(() -> new FenceFailed(
                        "%s.url: %s answers with no ComputerSystem that has a PowerState; give the URL of the node's own"
                                .formatted(FIELD, url)));
    }

    /** Another node's death proves nothing, and would be our doing. */
    private static void checkIdentity(RedfishFence redfish, FenceOrder order, ComputerSystem system)
            throws FenceFailed {
        var expected = Optional.ofNullable(redfish.uuid()).or(order::hostUUID);
        if (expected.filter(system::isAnother).isPresent()) {
            throw new FenceFailed(
                    ("%s.url: %s is the system with UUID %s, and that of node \"%s\" is %s; give the URL of"
                                    + " the node's own, or %s.uuid if it is")
                            .formatted(
                                    FIELD,
                                    redfish.url(),
                                    system.uuid().orElse(""),
                                    order.node(),
                                    expected.orElse(""),
                                    FIELD));
        }
    }

    /** Where it says, if that is its own to say. */
    private static URI target(URI url, ComputerSystem system) throws FenceFailed {
        var given = system.resetTarget();
        if (given.isEmpty()) {
            var base = url.toString();
            return URI.create((base.endsWith("/") ? base : base + "/") + "Actions/ComputerSystem.Reset");
        }
        try {
            var target = url.resolve(given.get());
            if (url.getScheme().equals(target.getScheme())
                    && url.getRawAuthority().equals(target.getRawAuthority())) {
                return target;
            }
        } catch (IllegalArgumentException _) {
            // no address: it is told below
        }
        throw new FenceFailed(
                "%s.url: %s would have its power switched at an address that is not its own".formatted(FIELD, url));
    }

    private Optional<String> authorization(RedfishFence redfish) throws FenceFailed {
        var reference = redfish.secretRef();
        if (reference == null) {
            return Optional.empty();
        }
        var secret = client.secrets()
                .inNamespace(Meridian.SYSTEM_NAMESPACE)
                .withName(reference.name())
                .get();
        if (secret == null) {
            throw new FenceFailed("%s.secretRef: there is no Secret \"%s\" in namespace %s"
                    .formatted(FIELD, reference.name(), Meridian.SYSTEM_NAMESPACE));
        }
        var data = secret.getData();
        if (data == null || !data.containsKey("username") || !data.containsKey("password")) {
            throw new FenceFailed("%s.secretRef: Secret \"%s\" has not both username and password"
                    .formatted(FIELD, reference.name()));
        }
        var pair = decoded(data.get("username")) + ":" + decoded(data.get("password"));
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static String decoded(String value) {
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }
}
