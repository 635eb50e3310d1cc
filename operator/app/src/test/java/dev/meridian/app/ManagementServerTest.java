package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.app.logging.LogFormat;
import dev.meridian.app.logging.LogLevel;
import dev.meridian.app.logging.Logging;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementServerTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<Optional<String>> notReady = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> stuck = new AtomicReference<>(Optional.empty());
    private ManagementServer server;

    @BeforeEach
    void start() throws IOException {
        Logging.configure(LogFormat.text, LogLevel.info);
        server = ManagementServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void processThatStartsLivesAndIsNotReady() throws Exception {
        // when
        var lives = get("/healthz");
        var ready = get("/readyz");
        var metrics = get("/metrics");

        // then
        assertThat(lives.statusCode()).isEqualTo(200);
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("it starts\n");
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.body()).isEmpty();
    }

    @Test
    void processIsReadyUntilItHasAReasonNotToBe() throws Exception {
        // given
        serve("");
        var before = get("/readyz");

        // when
        notReady.set(Optional.of("libvirt is away"));

        // then
        assertThat(before.statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("libvirt is away\n");
        assertThat(get("/readyz").headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void processLivesUntilOnlyANewOneWouldHelp() throws Exception {
        // given
        serve("");
        notReady.set(Optional.of("libvirt is away"));
        var before = get("/livez");

        // when
        stuck.set(Optional.of("machines has looked at one object for more than PT10M"));

        // then
        assertThat(before.statusCode()).isEqualTo(200);
        assertThat(get("/livez").statusCode()).isEqualTo(503);
        assertThat(get("/livez").body()).isEqualTo("machines has looked at one object for more than PT10M\n");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void levelOfTheLogIsChangedOverLoopback() throws Exception {
        // given
        var before = get("/loglevel");

        // when
        var set = put("/loglevel", "debug\n");

        // then
        try {
            assertThat(before.body()).isEqualTo("info\n");
            assertThat(set.statusCode()).isEqualTo(200);
            assertThat(get("/loglevel").body()).isEqualTo("debug\n");
            assertThat(Logging.level()).isEqualTo(LogLevel.debug);
        } finally {
            Logging.setLevel(LogLevel.info);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "loud", "DEBUG", "debug and a text that is longer than a level may be"})
    void otherLevelsAreRefused(String level) throws Exception {
        // when
        var set = put("/loglevel", level);

        // then
        assertThat(set.statusCode()).isEqualTo(400);
        assertThat(Logging.level()).isEqualTo(LogLevel.info);
        assertThat(client.send(request("/loglevel").DELETE().build(), BodyHandlers.ofString())
                        .headers()
                        .firstValue("Allow"))
                .hasValue("GET, PUT");
    }

    /** As from any machine that reaches the node: by an address of this one that is not loopback. */
    @Test
    void nobodyChangesTheLevelOfTheLogOverTheNetwork() throws Exception {
        // given
        var address = outward();
        try (var open = ManagementServer.start(new InetSocketAddress("0.0.0.0", 0))) {
            var page = URI.create("http://%s:%d/loglevel"
                    .formatted(address.getHostAddress(), open.address().getPort()));

            // when
            var set = client.send(
                    HttpRequest.newBuilder(page)
                            .PUT(BodyPublishers.ofString("debug"))
                            .timeout(AT_ONCE)
                            .build(),
                    BodyHandlers.ofString());

            // then
            assertThat(set.statusCode()).isEqualTo(403);
            assertThat(Logging.level()).isEqualTo(LogLevel.info);
        }
    }

    @Test
    void metricsAreInPrometheusFormat() throws Exception {
        // given
        serve("meridian_one 1\n");

        // when
        var answer = get("/metrics");

        // then
        assertThat(answer.body()).isEqualTo("meridian_one 1\n");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/", "/metrics/more", "/healthzz", "/%2e%2e/metrics", "//metrics"})
    void otherPathIsNotFound(String path) throws Exception {
        // given
        serve("");

        // when
        var answer = get(path);

        // then
        assertThat(answer.statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
    void otherMethodIsNotAllowed(String method) throws Exception {
        // given
        serve("");

        // when
        var answer = client.send(
                request("/metrics")
                        .method(method, BodyPublishers.ofString("a body"))
                        .build(),
                BodyHandlers.ofString());

        // then
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET");
    }

    @Test
    void bodyThatIsAnnouncedIsNotWaitedFor() throws Exception {
        // given
        serve("");

        // when
        try (var socket = connect()) {
            write(socket, "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");

            // then
            assertThat(read(socket)).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void clientsThatSendOrReadNothingHoldUpNobody() throws Exception {
        // given
        serve("meridian_one 1\n".repeat(600_000));
        var slow = IntStream.range(0, 40).mapToObj(_ -> connect()).toList();
        for (var socket : slow.subList(0, 30)) {
            write(socket, "GET /healthz HTTP/1.1\r\nHo");
        }
        for (var socket : slow.subList(30, 40)) {
            write(socket, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        // when
        var answer = get("/healthz");

        // then
        assertThat(answer.statusCode()).isEqualTo(200);
        for (var socket : slow) {
            socket.close();
        }
    }

    @Test
    void requestThatDoesNotEndIsCutOff() throws Exception {
        // given
        serve("");

        // when
        try (var socket = connect()) {
            write(socket, "GET /healthz HTTP/1.1\r\nHo");

            // then
            assertThat(read(socket)).isEmpty();
        }
    }

    @Test
    void errorOfOursIsToldAsOneAndTheNextRequestIsAnswered() throws Exception {
        // given
        server.tellOf(new Managed(Optional::empty, Optional::empty, () -> {
            throw new IllegalStateException("a bug");
        }));

        // when
        var answer = get("/metrics");

        // then
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    private void serve(String metrics) {
        server.tellOf(new Managed(stuck::get, notReady::get, () -> metrics));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> put(String path, String body) throws Exception {
        return client.send(request(path).PUT(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private static InetAddress outward() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElseThrow(() -> new AssertionError("this machine has no address beside loopback"));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .timeout(AT_ONCE);
    }

    private Socket connect() {
        try {
            var socket =
                    new Socket(server.address().getAddress(), server.address().getPort());
            socket.setSoTimeout(20_000);
            return socket;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String read(Socket socket) throws IOException {
        var bytes = new byte[1024];
        var length = socket.getInputStream().read(bytes);
        return length < 0 ? "" : new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
