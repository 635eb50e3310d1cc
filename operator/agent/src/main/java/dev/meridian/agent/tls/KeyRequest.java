package dev.meridian.agent.tls;

import dev.meridian.domain.certificate.Hosts;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A key with the request for a certificate of it (PKCS #10), as text of one file.
 *
 * @param key in the form PEM, as is the request
 */
public record KeyRequest(String key, String request) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----.*?-----END \\1-----\\n", Pattern.DOTALL);
    private static final int DIGITS = 16;
    private static final int BITS = 256;

    /** A new key, of ECDSA on P-256. */
    public static KeyRequest make(String nodeName, Set<String> hosts) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            var extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.subjectAlternativeName, false, names(hosts));
            var request = new JcaPKCS10CertificationRequestBuilder(
                            new X500NameBuilder(BCStyle.INSTANCE)
                                    .addRDN(BCStyle.CN, nodeName)
                                    .build(),
                            pair.getPublic())
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            return new KeyRequest(written(new PKCS8Generator(info(pair), null)), written(request));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the public key beside the private one, which Java leaves out: GnuTLS 3.7 takes none without. */
    private static PrivateKeyInfo info(KeyPair pair) throws IOException {
        var point =
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()).getPublicKeyData();
        var number = ((java.security.interfaces.ECPrivateKey) pair.getPrivate()).getS();
        return new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
                new ECPrivateKey(BITS, number, point, null));
    }

    /** Empty where the text is not that of one. */
    static Optional<KeyRequest> of(String text) {
        var blocks = BLOCK.matcher(text).results().map(found -> found.group()).toList();
        return blocks.size() == 2 ? Optional.of(new KeyRequest(blocks.getFirst(), blocks.getLast())) : Optional.empty();
    }

    String text() {
        return key + request;
    }

    /** Of the request: there is no other of the same. */
    public String digest() {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the text holds a certificate of the key, by one of those authorities. */
    public boolean isCertified(String certificate, String believed, Instant now) {
        try {
            var chain = new Chain("the certificate", Pem.certificates(certificate));
            var own = chain.own().getPublicKey();
            return Credentials.belongTogether(Pem.keyOf(key, own), own)
                    && !believed.isEmpty()
                    && chain.isOf(Pem.certificates(believed), now);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** For which it asks, as {@link Hosts} writes them. */
    public Set<String> hosts() throws IOException {
        try (var parser = new PEMParser(new StringReader(request))) {
            return parser.readObject() instanceof PKCS10CertificationRequest parsed
                    ? Stream.of(GeneralNames.fromExtensions(
                                            parsed.getRequestedExtensions(), Extension.subjectAlternativeName)
                                    .getNames())
                            .map(KeyRequest::host)
                            .collect(Collectors.toSet())
                    : Set.of();
        }
    }

    private static String host(GeneralName name) {
        try {
            return name.getTagNo() == GeneralName.iPAddress
                    ? InetAddress.getByAddress(
                                    ASN1OctetString.getInstance(name.getName()).getOctets())
                            .getHostAddress()
                    : name.getName().toString();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static GeneralNames names(Set<String> hosts) {
        return new GeneralNames(hosts.stream()
                .sorted()
                .map(host -> new GeneralName(Hosts.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new));
    }

    private static String written(Object object) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
