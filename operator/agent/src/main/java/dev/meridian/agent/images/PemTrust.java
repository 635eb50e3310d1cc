package dev.meridian.agent.images;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trust in the certificates of a bundle, and in no others. */
record PemTrust(SSLSocketFactory sockets, X509TrustManager manager) {
    /** @throws GeneralSecurityException when the text holds no certificates */
    static PemTrust of(String pem) throws GeneralSecurityException, IOException {
        var certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("no certificate in it");
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        var number = 0;
        for (var certificate : certificates) {
            store.setCertificateEntry(Integer.toString(number++), certificate);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                var context = SSLContext.getInstance("TLS");
                context.init(null, new X509TrustManager[] {x509}, null);
                return new PemTrust(context.getSocketFactory(), x509);
            }
        }
        throw new IllegalStateException("Java has no trust manager for X.509");
    }
}
