package dev.meridian.agent.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The certificate that a server shows. It is only looked at: nothing is said to the server. */
public final class PeerCertificate {
    private static final int LIMIT = (int) Duration.ofSeconds(3).toMillis();

    private PeerCertificate() {}

    /** Why who trusts those authorities does not take it; empty also when nobody answers there. */
    public static Optional<Defect> defect(String host, int port, Path authorities, Instant now) {
        try {
            var shown = shown(host, port);
            return shown.isEmpty()
                    ? Optional.empty()
                    : new Chain("the certificate of %s:%d".formatted(host, port), shown)
                            .defect(authorities, Optional.of(host), now);
        } catch (IOException | GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private static List<X509Certificate> shown(String host, int port) throws IOException, GeneralSecurityException {
        var looking = new Looking();
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {looking}, null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port), LIMIT);
            socket.setSoTimeout(LIMIT);
            socket.startHandshake();
        } catch (IOException e) {
            if (looking.seen.isEmpty()) {
                throw e;
            }
        }
        return looking.seen;
    }

    /** Takes every certificate, to see it: the connection is not used. */
    private static final class Looking extends X509ExtendedTrustManager {
        private List<X509Certificate> seen = List.of();

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            seen = List.of(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            seen = List.of(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            seen = List.of(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
