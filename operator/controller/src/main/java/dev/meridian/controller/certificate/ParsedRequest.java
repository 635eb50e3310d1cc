package dev.meridian.controller.certificate;

import dev.meridian.domain.certificate.AskedCertificate.Contents;
import dev.meridian.domain.certificate.Hosts;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/** A request for a certificate (PKCS #10), which anybody may have made. */
record ParsedRequest(PKCS10CertificationRequest request) {
    /** Empty where it is none. */
    static Optional<ParsedRequest> of(String pem) {
        try (var parser = new PEMParser(new StringReader(pem))) {
            return parser.readObject() instanceof PKCS10CertificationRequest request
                    ? Optional.of(new ParsedRequest(request))
                    : Optional.empty();
        } catch (IOException | RuntimeException _) {
            // the parser throws what it likes of what is none
            return Optional.empty();
        }
    }

    /** Of one that cannot be read. */
    static Contents unreadable() {
        return new Contents("", Set.of(), List.of("what cannot be read"), false, false);
    }

    Contents contents() {
        try {
            var hosts = new HashSet<String>();
            var more = new ArrayList<String>();
            for (var attribute : request.getAttributes()) {
                if (!attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
                    more.add("attribute " + attribute.getAttrType());
                }
            }
            var extensions = request.getRequestedExtensions();
            if (extensions != null) {
                for (var oid : extensions.getExtensionOIDs()) {
                    if (!oid.equals(Extension.subjectAlternativeName)) {
                        more.add("extension " + oid);
                    }
                }
                var names = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
                for (var name : names == null ? new GeneralName[0] : names.getNames()) {
                    add(name, hosts, more);
                }
            }
            return new Contents(request.getSubject().toString(), hosts, more, isProven(), isP256());
        } catch (RuntimeException _) {
            // the library reads lazily, and throws what it likes of what is none
            return unreadable();
        }
    }

    private static void add(GeneralName name, Set<String> hosts, List<String> more) {
        switch (name.getTagNo()) {
            case GeneralName.dNSName -> hosts.add(Hosts.plain(name.getName().toString()));
            case GeneralName.iPAddress ->
                hosts.add(address(ASN1OctetString.getInstance(name.getName()).getOctets()));
            default -> more.add("a name of type " + name.getTagNo());
        }
    }

    private static String address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private boolean isProven() {
        try {
            return request.isSignatureValid(
                    new JcaContentVerifierProviderBuilder().build(request.getSubjectPublicKeyInfo()));
        } catch (OperatorCreationException | PKCSException _) {
            return false;
        }
    }

    private boolean isP256() {
        var algorithm = request.getSubjectPublicKeyInfo().getAlgorithm();
        return algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                && SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters());
    }

    /** Of one that was approved. */
    PublicKey key() {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(
                            request.getSubjectPublicKeyInfo().getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
