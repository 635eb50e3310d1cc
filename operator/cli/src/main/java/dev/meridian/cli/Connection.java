package dev.meridian.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * To which API server, as whom and for how long at a time.
 *
 * @param timeout of a request; zero: none
 */
record Connection(Kubeconfig.Chosen chosen, Impersonation impersonation, Duration timeout) {
    private static final int CONNECT_MILLIS = 10_000;

    /** Object identifier 1.2.840.10045.2.1 (id-ecPublicKey, RFC 5480), as it stands in a PKCS #8 key. */
    private static final String EC = new String(
            new byte[] {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1}, StandardCharsets.ISO_8859_1);

    /** Whom to be taken for: {@code --as}, {@code --as-group}, {@code --as-uid}. */
    record Impersonation(Optional<String> user, List<String> groups, Optional<String> uid) {}

    /** The same, with no more time than that for a request. */
    Connection within(Duration patience) {
        return timeout.isZero() || timeout.compareTo(patience) > 0
                ? new Connection(chosen, impersonation, patience)
                : this;
    }

    String server() {
        var server = chosen.server()
                .orElseThrow(() -> Failure.error(
                        "no cluster is configured: neither --kubeconfig nor $KUBECONFIG nor ~/.kube/config names one;"
                                + " give one of them, or --server"));
        var url = server.contains("://") ? server : "https://" + server;
        try {
            var parsed = URI.create(url);
            if (parsed.getHost() != null && List.of("http", "https").contains(parsed.getScheme())) {
                return url.replaceFirst("/+$", "");
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw Failure.error(
                "--server: \"%s\" is no address of an API server; give one like https://host:6443".formatted(server));
    }

    String namespace() {
        return chosen.namespace().orElse("default");
    }

    HttpClient client() {
        chosen.cluster().put("server", server());
        var config = Config.fromKubeconfig(chosen.text());
        config.setUserAgent("kubectl-meridian");
        config.setRequestRetryBackoffLimit(0);
        // One request after the other: what HTTP/2 is for is not needed, and its classes take their time.
        config.setHttp2Disable(true);
        config.setRequestTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
        config.setConnectionTimeout(
                timeout.isZero() ? CONNECT_MILLIS : (int) Math.min(CONNECT_MILLIS, timeout.toMillis()));
        config.setClientKeyAlgo(keyAlgorithm());
        impersonation.user().ifPresent(config::setImpersonateUsername);
        config.setImpersonateGroups(impersonation.groups().toArray(String[]::new));
        HttpClient.Factory factory = new OkHttpClientFactory();
        var builder = factory.newBuilder(config);
        impersonation
                .uid()
                .ifPresent(uid -> builder.addOrReplaceInterceptor("uid", new Interceptor() {
                    @Override
                    public void before(BasicBuilder request, HttpRequest original, RequestTags tags) {
                        request.setHeader("Impersonate-Uid", uid);
                    }
                }));
        return builder.build();
    }

    /** Fabric8's client does not look at the key. */
    private String keyAlgorithm() {
        var pem = pem();
        if (pem.contains("BEGIN EC ")) {
            return "EC";
        }
        var body = pem.replaceAll("(?s).*BEGIN PRIVATE KEY-----", "").replaceAll("(?s)-----END.*", "");
        return pem.contains("BEGIN PRIVATE KEY")
                        && new String(Base64.getMimeDecoder().decode(body), StandardCharsets.ISO_8859_1).contains(EC)
                ? "EC"
                : "RSA";
    }

    private String pem() {
        var user = chosen.user();
        try {
            var data = user.path("client-key-data").asText();
            if (!data.isEmpty()) {
                return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.ISO_8859_1);
            }
            var file = user.path("client-key").asText();
            return file.isEmpty() ? "" : Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (IOException | IllegalArgumentException e) {
            throw Failure.error("the kubeconfig's client key cannot be read: %s".formatted(e));
        }
    }
}
