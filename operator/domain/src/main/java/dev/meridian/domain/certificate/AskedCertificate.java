package dev.meridian.domain.certificate;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a CertificateSigningRequest asks for.
 *
 * @param username who asks, as the API server says
 * @param nodeName to which the token is bound with which it was asked
 * @param nodeUid likewise
 * @param usages such as {@code server auth}
 */
public record AskedCertificate(
        String username, Optional<String> nodeName, Optional<String> nodeUid, Set<String> usages, Contents contents) {
    /**
     * Of the request itself (PKCS #10).
     *
     * @param subject such as {@code CN=node-1}
     * @param hosts names and addresses, as {@link Hosts} writes them
     * @param more what else it asks for, in words
     * @param isProven its signature is that of the key
     * @param isP256 the key is one of ECDSA on that curve
     */
    public record Contents(String subject, Set<String> hosts, List<String> more, boolean isProven, boolean isP256) {
        public Contents {
            hosts = Set.copyOf(hosts);
            more = List.copyOf(more);
        }
    }

    public AskedCertificate {
        usages = Set.copyOf(usages);
    }
}
