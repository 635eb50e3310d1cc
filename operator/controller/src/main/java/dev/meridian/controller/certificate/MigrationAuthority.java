package dev.meridian.controller.certificate;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.certificate.AuthorityStep;
import dev.meridian.domain.certificate.Lifetimes;
import dev.meridian.domain.certificate.MigrationUse;
import dev.meridian.domain.effect.EffectWatch;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authority for one use: its keys in a Secret, what is believed in a ConfigMap. Every write names the version that it
 * was decided by, so that of two processes one fails; what follows is decided by what is read then.
 */
final class MigrationAuthority {
    static final String BELIEVED = "ca.crt";

    private static final Logger LOG = LoggerFactory.getLogger(MigrationAuthority.class);

    private final KubernetesClient client;
    private final MigrationUse use;
    private final Lifetimes lifetimes;
    private final EffectWatch watch;
    private final InstantSource clock;

    MigrationAuthority(
            KubernetesClient client, MigrationUse use, Lifetimes lifetimes, EffectWatch watch, InstantSource clock) {
        this.client = client;
        this.use = use;
        this.lifetimes = lifetimes;
        this.watch = watch;
        this.clock = clock;
    }

    /** Renews it when that is due, and makes it anew when its Secret is gone; nothing where nobody ever asked for it. */
    void keep() {
        if (secret().get() != null || configMap().get() != null) {
            issuer();
        }
    }

    /** What signs; nodes believe it. */
    Issuer issuer() {
        while (true) {
            var kept = kept();
            tell(kept);
            var now = clock.instant();
            var step = kept.keys().step(lifetimes, now);
            if (step instanceof AuthorityStep.Rest) {
                return kept.issuer();
            }
            var after = kept.after(step, use, lifetimes.authority(), now);
            watch.around("WriteAuthority", () -> client.resource(after.secret()).update());
            LOG.atInfo()
                    .addKeyValue("authority", use.authorityName())
                    .addKeyValue("step", step.getClass().getSimpleName())
                    .log("The keys of an authority for migrations are changed");
        }
    }

    private AuthoritySecret kept() {
        var there = secret().get();
        if (there != null) {
            return new AuthoritySecret(there);
        }
        var made = AuthoritySecret.make(use, lifetimes.authority(), clock.instant());
        watch.around("MakeAuthority", () -> client.resource(made.secret()).create());
        LOG.atInfo().addKeyValue("authority", use.authorityName()).log("An authority for migrations is made");
        return new AuthoritySecret(Objects.requireNonNull(secret().get(), "it was made just now"));
    }

    private void tell(AuthoritySecret kept) {
        var believed = kept.believed(clock.instant());
        var there = Optional.ofNullable(configMap().get());
        if (there.map(ConfigMap::getData)
                .map(data -> data.get(BELIEVED))
                .filter(believed::equals)
                .isPresent()) {
            return;
        }
        var told = there.map(ConfigMapBuilder::new)
                .orElseGet(() -> new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(Meridian.SYSTEM_NAMESPACE)
                        .withName(use.authorityName())
                        .endMetadata())
                .withData(Map.of(BELIEVED, believed))
                .build();
        watch.around("TellAuthority", () -> {
            if (there.isPresent()) {
                client.resource(told).update();
            } else {
                client.resource(told).create();
            }
        });
    }

    private Resource<Secret> secret() {
        return client.secrets().inNamespace(Meridian.SYSTEM_NAMESPACE).withName(use.authorityName());
    }

    private Resource<ConfigMap> configMap() {
        return client.configMaps().inNamespace(Meridian.SYSTEM_NAMESPACE).withName(use.authorityName());
    }
}
