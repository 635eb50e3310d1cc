package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.meridian.api.v1alpha1.RedfishFence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Management controllers that do what they should not. */
class RedfishConnectionTest {
    private static final String SECRET = "Basic c2VjcmV0OnNlY3JldA==";

    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger others = new AtomicInteger();
    private final HttpServer server;

    RedfishConnectionTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    }

    @BeforeEach
    void open() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/whole", exchange -> say(exchange, 200, "{}"));
        server.createContext("/refuses", exchange -> say(exchange, 401, SECRET));
        server.createContext("/absent", exchange -> say(exchange, 404, ""));
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", "/other");
            say(exchange, 307, "");
        });
        server.createContext("/other", exchange -> {
            others.incrementAndGet();
            say(exchange, 200, "{}");
        });
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[65536]);
            }
        });
        server.createContext("/trickles", exchange -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void close() {
        over.countDown();
        server.stop(0);
    }

    @Test
    void wholeAnswerIsGiven() throws Exception {
        try (var connection = connection(null)) {
            assertThat(connection.get(url("/whole"))).isEqualTo("{}");
            assertThat(connection.post(url("/refuses"), "{}")).isEqualTo(401);
        }
    }

    @Test
    void whatIsNoAnswerIsToldWithItsRemedyAndWithoutTheSecret() throws Exception {
        assertThat(refusal("/refuses"))
                .contains("answers 401", "spec.fencing.redfish.secretRef")
                .doesNotContain(SECRET);
        assertThat(refusal("/absent")).contains("answers 404", "spec.fencing.redfish.url");
        assertThat(refusal("/endless")).contains("the exchange failed");
        assertThat(refusal("/trickles")).contains("gives no whole answer within 10 s");
    }

    @Test
    void redirectIsNotFollowed() throws Exception {
        assertThat(refusal("/moved")).contains("answers 307");
        assertThat(others).hasValue(0);
    }

    @Test
    void nobodyThereIsTold() throws Exception {
        // given
        var nobody = url("/whole");
        server.stop(0);
        // when
        try (var connection = connection(null)) {
            var failure = catchThrowableOfType(FenceFailed.class, () -> connection.get(nobody));
            // then
            assertThat(failure.told()).contains("is not reached");
        }
    }

    @Test
    void bundleThatHoldsNoCertificateIsTold() {
        var failure = catchThrowableOfType(
                FenceFailed.class, () -> connection("no certificate").close());
        assertThat(failure.told()).startsWith("spec.fencing.redfish.caBundle: no certificates in PEM");
    }

    private String refusal(String path) throws FenceFailed {
        try (var connection = connection(null)) {
            return catchThrowableOfType(FenceFailed.class, () -> connection.get(url(path)))
                    .told();
        }
    }

    private RedfishConnection connection(@Nullable String caBundle) throws FenceFailed {
        return RedfishConnection.open(new RedfishFence(url("/").toString(), null, caBundle, null), Optional.of(SECRET));
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
    }

    private static void say(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
