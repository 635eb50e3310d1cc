package dev.meridian.controller;

import dev.meridian.api.v1alpha1.RedfishFence;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** HTTP to one management controller: no redirect, no proxy, no answer that is long in size or time. */
final class RedfishConnection implements AutoCloseable {
    /** For all of an exchange, its last byte too. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LONGEST_ANSWER = 1 << 20;
    private static final String FIELD = "spec.fencing.redfish";

    private final HttpClient client;
    private final Optional<String> authorization;

    private RedfishConnection(HttpClient client, Optional<String> authorization) {
        this.client = client;
        this.authorization = authorization;
    }

    static RedfishConnection open(RedfishFence redfish, Optional<String> authorization) throws FenceFailed {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(ProxySelector.of(null))
                .connectTimeout(PATIENCE);
        if (redfish.caBundle() != null) {
            builder.sslContext(trusting(redfish.caBundle()));
        }
        return new RedfishConnection(builder.build(), authorization);
    }

    /** The body of a success. */
    String get(URI url) throws FenceFailed, InterruptedException {
        var answer = exchange(url, HttpRequest.newBuilder(url).GET());
        return switch (answer.statusCode()) {
            case 200 -> answer.body();
            case 401, 403 ->
                throw new FenceFailed(
                        "%s.secretRef: %s answers %d; give a Secret whose username and password may read it"
                                .formatted(FIELD, url, answer.statusCode()));
            default ->
                throw new FenceFailed("%s.url: %s answers %d; give the URL of the node's ComputerSystem"
                        .formatted(FIELD, url, answer.statusCode()));
        };
    }

    /** The status of the answer. */
    int post(URI url, String json) throws FenceFailed, InterruptedException {
        return exchange(
                        url,
                        HttpRequest.newBuilder(url)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(json)))
                .statusCode();
    }

    private HttpResponse<String> exchange(URI url, HttpRequest.Builder request)
            throws FenceFailed, InterruptedException {
        authorization.ifPresent(value -> request.header("Authorization", value));
        request.header("Accept", "application/json").header("OData-Version", "4.0");
        var answer = client.sendAsync(
                request.build(), BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LONGEST_ANSWER));
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new FenceFailed(
                    "%s.url: %s gives no whole answer within %d s".formatted(FIELD, url, PATIENCE.toSeconds()), e);
        } catch (ExecutionException e) {
            throw failure(url, Objects.requireNonNullElse(e.getCause(), e));
        } finally {
            answer.cancel(true);
        }
    }

    private static FenceFailed failure(URI url, Throwable cause) {
        return switch (cause) {
            case SSLException ssl ->
                new FenceFailed(
                        "%s.url: TLS with %s failed: %s; give the certificates that vouch for it in %s.caBundle"
                                .formatted(FIELD, url.getAuthority(), ssl.getMessage(), FIELD),
                        ssl);
            case ConnectException refused ->
                new FenceFailed(
                        "%s.url: %s is not reached; see that it is, from the controller".formatted(FIELD, url),
                        refused);
            case IOException e ->
                new FenceFailed("%s.url: %s: the exchange failed: %s".formatted(FIELD, url, e.getMessage()), e);
            default -> throw new IllegalStateException("asking " + url, cause);
        };
    }

    private static SSLContext trusting(String pem) throws FenceFailed {
        try {
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
            var context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new FenceFailed("%s.caBundle: no certificates in PEM: %s".formatted(FIELD, e.getMessage()), e);
        }
    }

    /** At once, whatever is under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
