package dev.meridian.agent.tls;

import dev.meridian.domain.certificate.HeldCertificate;
import dev.meridian.domain.certificate.Hosts;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Files in which libvirt or QEMU finds its certificate, the key to it, and the authorities whose certificates it takes.
 *
 * @param host by which others reach who shows it, for a certificate of a server
 */
public record Credentials(Path authorities, Path certificate, Path key, Optional<String> host) {
    private static final byte[] ANYTHING = {1};

    /** Why others do not take it. */
    public Optional<Defect> defect(Instant now) {
        Path at = certificate;
        try {
            var chain = chain();
            at = key;
            var own = chain.own().getPublicKey();
            if (!belongTogether(Pem.key(key, own), own)) {
                return Optional.of(new Defect(
                        Defect.INVALID, "%s is not the key to %s; put both there".formatted(key, certificate)));
            }
            at = authorities;
            return chain.defect(authorities, host, now);
        } catch (NoSuchFileException e) {
            return Optional.of(
                    new Defect(Defect.MISSING, "%s is not there; put it there, readable".formatted(e.getFile())));
        } catch (IOException e) {
            return Optional.of(new Defect(Defect.MISSING, "%s cannot be read: %s".formatted(at, e)));
        } catch (GeneralSecurityException e) {
            return Optional.of(new Defect(
                    Defect.INVALID, "%s: %s".formatted(at, Objects.toString(e.getMessage(), e.toString()))));
        }
    }

    /** Until when it is valid; empty where it cannot be read. */
    public Optional<Instant> expiry() {
        try {
            return Optional.of(chain().expiry());
        } catch (IOException | GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    /**
     * What there is, if the key belongs to it.
     *
     * @param believed the authorities that are believed now, in the form PEM
     */
    Optional<HeldCertificate> held(String believed, Instant now) throws IOException, GeneralSecurityException {
        var chain = chain();
        var own = chain.own().getPublicKey();
        return belongTogether(Pem.key(key, own), own)
                ? Optional.of(new HeldCertificate(
                        chain.own().getNotBefore().toInstant(),
                        chain.expiry(),
                        chain.names().map(Hosts::plain).collect(Collectors.toSet()),
                        !believed.isEmpty() && chain.isOf(Pem.certificates(believed), now)))
                : Optional.empty();
    }

    private Chain chain() throws IOException, GeneralSecurityException {
        return new Chain(certificate.toString(), Pem.certificates(certificate));
    }

    static boolean belongTogether(PrivateKey key, PublicKey own) throws GeneralSecurityException {
        var algorithm = switch (own.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> own.getAlgorithm();
        };
        var signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(ANYTHING);
        var verifying = Signature.getInstance(algorithm);
        verifying.initVerify(own);
        verifying.update(ANYTHING);
        return verifying.verify(signing.sign());
    }
}
