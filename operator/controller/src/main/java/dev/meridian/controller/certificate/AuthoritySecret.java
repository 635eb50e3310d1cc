package dev.meridian.controller.certificate;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.certificate.AuthorityKeys;
import dev.meridian.domain.certificate.AuthorityKeys.Validity;
import dev.meridian.domain.certificate.AuthorityStep;
import dev.meridian.domain.certificate.MigrationUse;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An authority as its Secret keeps it. */
record AuthoritySecret(Secret secret) {
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String NEXT_CERTIFICATE = "next.crt";
    private static final String NEXT_KEY = "next.key";
    private static final String FORMER_CERTIFICATE = "former.crt";
    private static final String PUBLISHED = Meridian.GROUP + "/next-published-at";
    private static final String REPLACED = Meridian.GROUP + "/former-replaced-at";

    static AuthoritySecret make(MigrationUse use, Duration lifetime, Instant now) {
        var issuer = Issuer.make(use, lifetime, now);
        return new AuthoritySecret(new SecretBuilder()
                .withNewMetadata()
                .withNamespace(Meridian.SYSTEM_NAMESPACE)
                .withName(use.authorityName())
                .endMetadata()
                .withType("Opaque")
                .addToData(CERTIFICATE, encoded(Pem.text(issuer.certificate())))
                .addToData(KEY, encoded(Pem.text(issuer.key())))
                .build());
    }

    Issuer issuer() {
        try {
            return new Issuer(
                    certificate(CERTIFICATE).orElseThrow(() -> new IOException("it has no " + CERTIFICATE)),
                    Pem.key(text(KEY).orElseThrow(() -> new IOException("it has no " + KEY))));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    AuthorityKeys keys() {
        return new AuthorityKeys(
                certificate(CERTIFICATE)
                        .map(AuthoritySecret::validity)
                        .orElseThrow(() -> unreadable(new IOException("it has no " + CERTIFICATE))),
                certificate(NEXT_CERTIFICATE).map(AuthoritySecret::validity),
                instant(PUBLISHED),
                instant(REPLACED));
    }

    /** The certificates of all that are believed; without those that expired, for libvirt does not start with one. */
    String believed(Instant now) {
        return Stream.of(CERTIFICATE, NEXT_CERTIFICATE, FORMER_CERTIFICATE)
                .flatMap(name -> certificate(name).stream())
                .filter(certificate -> certificate.getNotAfter().toInstant().isAfter(now))
                .map(Pem::text)
                .collect(Collectors.joining());
    }

    AuthoritySecret after(AuthorityStep step, MigrationUse use, Duration lifetime, Instant now) {
        var data = new HashMap<>(data());
        var annotations = new HashMap<>(annotations());
        switch (step) {
            case AuthorityStep.Rest() -> {}
            case AuthorityStep.MakeNext() -> {
                var next = Issuer.make(use, lifetime, now);
                data.put(NEXT_CERTIFICATE, encoded(Pem.text(next.certificate())));
                data.put(NEXT_KEY, encoded(Pem.text(next.key())));
                annotations.remove(PUBLISHED);
            }
            case AuthorityStep.NotePublished() -> annotations.put(PUBLISHED, now.toString());
            case AuthorityStep.Promote() -> {
                data.put(FORMER_CERTIFICATE, data.get(CERTIFICATE));
                data.put(CERTIFICATE, data.remove(NEXT_CERTIFICATE));
                data.put(KEY, data.remove(NEXT_KEY));
                annotations.remove(PUBLISHED);
                annotations.put(REPLACED, now.toString());
            }
            case AuthorityStep.Forget() -> {
                data.remove(FORMER_CERTIFICATE);
                annotations.remove(REPLACED);
            }
        }
        return new AuthoritySecret(new SecretBuilder(secret)
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .withData(data)
                .build());
    }

    private Optional<X509Certificate> certificate(String name) {
        return text(name).map(text -> {
            try {
                return Pem.certificate(text);
            } catch (CertificateException e) {
                throw unreadable(e);
            }
        });
    }

    private static Validity validity(X509Certificate certificate) {
        return new Validity(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    private Optional<Instant> instant(String annotation) {
        return Optional.ofNullable(annotations().get(annotation)).map(Instant::parse);
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(data().get(name))
                .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII));
    }

    private Map<String, String> data() {
        return Objects.requireNonNullElse(secret.getData(), Map.of());
    }

    private Map<String, String> annotations() {
        return Objects.requireNonNullElse(secret.getMetadata().getAnnotations(), Map.of());
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private IllegalStateException unreadable(Exception cause) {
        return new IllegalStateException(
                "Secret %s/%s is no authority: %s; delete it, and another is made"
                        .formatted(
                                Meridian.SYSTEM_NAMESPACE, secret.getMetadata().getName(), cause.getMessage()),
                cause);
    }
}
