package dev.meridian.agent.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Files of certificates and keys in the form PEM (RFC 7468). */
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----");
    private static final String PKCS8 = "PRIVATE KEY";

    private static final byte SEQUENCE = 0x30;
    private static final byte OCTETS = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private Pem() {}

    /** At least one: of a file without any it is said so. */
    static List<X509Certificate> certificates(Path file) throws IOException, CertificateException {
        return certificates(text(file));
    }

    static List<X509Certificate> certificates(String text) throws CertificateException {
        var factory = CertificateFactory.getInstance("X.509");
        var blocks = CERTIFICATE.matcher(text).results().toList();
        if (blocks.isEmpty()) {
            throw new CertificateException("it holds no certificate in the form PEM");
        }
        var certificates = new X509Certificate[blocks.size()];
        for (var i = 0; i < certificates.length; i++) {
            certificates[i] = (X509Certificate) factory.generateCertificate(
                    new ByteArrayInputStream(decoded(blocks.get(i).group(1))));
        }
        return List.of(certificates);
    }

    /** The key in the file, if it is one of the kind of that public one. */
    static PrivateKey key(Path file, PublicKey like) throws IOException, GeneralSecurityException {
        return keyOf(text(file), like);
    }

    static PrivateKey keyOf(String text, PublicKey like) throws GeneralSecurityException {
        var block = KEY.matcher(text);
        if (!block.find()) {
            throw new GeneralSecurityException("it holds no key in the form PEM, or one that has a password");
        }
        var content = decoded(block.group(2));
        return KeyFactory.getInstance(like.getAlgorithm())
                .generatePrivate(
                        new PKCS8EncodedKeySpec(block.group(1).equals(PKCS8) ? content : pkcs8(content, like)));
    }

    /** The older forms of RSA (PKCS #1) and EC (SEC 1) are what PKCS #8 wraps, with the name of the algorithm before. */
    private static byte[] pkcs8(byte[] key, PublicKey like) {
        var info = like.getEncoded();
        var begin = header(info, 0);
        var end = header(info, begin) + length(info, begin);
        var algorithm = Arrays.copyOfRange(info, begin, end);
        return wrapped(SEQUENCE, joined(VERSION_0, algorithm, wrapped(OCTETS, key)));
    }

    /** Where the content of the DER value begins that begins there. */
    private static int header(byte[] der, int at) {
        return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 0x7f : 0);
    }

    private static int length(byte[] der, int at) {
        if (der[at + 1] >= 0) {
            return der[at + 1];
        }
        var length = 0;
        for (var i = at + 2; i < header(der, at); i++) {
            length = (length << 8) | (der[i] & 0xff);
        }
        return length;
    }

    private static byte[] wrapped(byte tag, byte[] content) {
        var length = content.length;
        return length < 0x80
                ? joined(new byte[] {tag, (byte) length}, content)
                : joined(new byte[] {tag, (byte) 0x82, (byte) (length >> 8), (byte) length}, content);
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static byte[] decoded(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }
}
