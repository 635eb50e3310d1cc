package dev.meridian.agent.tls;

/**
 * Why a certificate is not taken.
 *
 * @param reason of a condition
 * @param message names the file and what to mend
 */
public record Defect(String reason, String message) {
    static final String MISSING = "CertificateMissing";
    static final String INVALID = "CertificateInvalid";
    static final String EXPIRED = "CertificateExpired";
}
