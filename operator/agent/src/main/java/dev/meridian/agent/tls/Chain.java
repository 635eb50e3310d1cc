package dev.meridian.agent.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A certificate with those that lead to its authority.
 *
 * @param name in the words of a message: its file, or who shows it
 */
record Chain(String name, List<X509Certificate> certificates) {
    private static final int DNS = 2;
    private static final int IP = 7;

    Chain {
        certificates = List.copyOf(certificates);
    }

    X509Certificate own() {
        return certificates.getFirst();
    }

    Instant expiry() {
        return own().getNotAfter().toInstant();
    }

    /**
     * Why who trusts those authorities does not take it.
     *
     * @param host which it is to be of, as the URI names it
     */
    Optional<Defect> defect(Path authorities, Optional<String> host, Instant now)
            throws IOException, GeneralSecurityException {
        if (now.isAfter(expiry())) {
            return defect(Defect.EXPIRED, "%s expired at %s; renew it".formatted(name, expiry()));
        }
        var begin = own().getNotBefore().toInstant();
        if (now.isBefore(begin)) {
            return defect(
                    Defect.INVALID, "%s is valid from %s; set the clocks of the nodes right".formatted(name, begin));
        }
        var trusted = Pem.certificates(authorities);
        if (!isOf(trusted, now)) {
            return defect(
                    Defect.INVALID,
                    "%s was issued by \"%s\", and %s holds \"%s\"; have the certificates of all nodes issued by one authority"
                            .formatted(
                                    name,
                                    own().getIssuerX500Principal(),
                                    authorities,
                                    trusted.stream()
                                            .map(ca ->
                                                    ca.getSubjectX500Principal().toString())
                                            .collect(Collectors.joining("\", \""))));
        }
        return host.filter(wanted -> !isFor(wanted))
                .flatMap(wanted -> defect(
                        Defect.INVALID,
                        "%s is for %s, and not for %s; have one issued that names it"
                                .formatted(name, names().collect(Collectors.joining(", ")), wanted)));
    }

    private static Optional<Defect> defect(String reason, String message) {
        return Optional.of(new Defect(reason, message));
    }

    /** Whether one of those authorities has issued it. */
    boolean isOf(List<X509Certificate> authorities, Instant now) throws GeneralSecurityException {
        var anchors = authorities.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toSet());
        var parameters = new PKIXParameters(anchors);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        var path = CertificateFactory.getInstance("X.509")
                .generateCertPath(certificates.stream()
                        .filter(certificate -> !authorities.contains(certificate))
                        .toList());
        try {
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return true;
        } catch (CertPathValidatorException _) {
            return false;
        }
    }

    private boolean isFor(String host) {
        var wanted = plain(host);
        return names().map(Chain::plain).anyMatch(wanted::equals);
    }

    /** Names and addresses that it is for; the subject's where it has none of these. */
    Stream<String> names() {
        var names = alternatives().stream()
                .filter(entry -> entry.getFirst() instanceof Integer kind && (kind == DNS || kind == IP))
                .map(entry -> Objects.toString(entry.get(1)))
                .toList();
        return names.isEmpty()
                ? Stream.of(own().getSubjectX500Principal().getName().replaceFirst("^CN=([^,]*).*", "$1"))
                : names.stream();
    }

    private Collection<List<?>> alternatives() {
        try {
            return Objects.requireNonNullElse(own().getSubjectAlternativeNames(), List.of());
        } catch (CertificateParsingException _) {
            return List.of();
        }
    }

    /** An IPv6 address has many forms. */
    private static String plain(String host) {
        var bare = host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        if (!bare.contains(":")) {
            return bare;
        }
        try {
            return InetAddress.getByName(bare).getHostAddress();
        } catch (UnknownHostException _) {
            return bare;
        }
    }
}
