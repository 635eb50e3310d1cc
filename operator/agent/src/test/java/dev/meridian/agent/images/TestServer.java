package dev.meridian.agent.images;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A TLS server on loopback that writes down what it is asked. */
final class TestServer implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** A request, as far as tests ask. */
    record Asked(
            String path,
            @Nullable String range,
            @Nullable String ifRange,
            @Nullable String ifNoneMatch) {}

    private final HttpsServer server;
    private final String certificate;
    final List<Asked> asked = new CopyOnWriteArrayList<>();

    private TestServer(HttpsServer server, String certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    static TestServer start(Path directory) throws Exception {
        var keys = keys(directory);
        var store = KeyStore.getInstance(keys.toFile(), PASSWORD);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return new TestServer(
                server,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(store.getCertificate("server").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }

    private static Path keys(Path directory) throws IOException, InterruptedException {
        var keys = directory.resolve("keys.p12");
        if (!Files.exists(keys)) {
            var made = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "server",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=ip:127.0.0.1,dns:localhost",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            new String(PASSWORD),
                            "-keystore",
                            keys.toString())
                    .redirectErrorStream(true)
                    .start();
            var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (made.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        }
        return keys;
    }

    String certificate() {
        return certificate;
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI url(String path) {
        return URI.create("https://127.0.0.1:" + port() + path);
    }

    void on(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            var headers = exchange.getRequestHeaders();
            asked.add(new Asked(
                    exchange.getRequestURI().getPath(),
                    headers.getFirst("Range"),
                    headers.getFirst("If-Range"),
                    headers.getFirst("If-None-Match")));
            try (exchange) {
                handler.handle(exchange);
            }
        });
    }

    long count(String path) {
        return asked.stream().filter(request -> request.path().equals(path)).count();
    }

    /** A file, from where it is asked for, with an ETag. */
    void serve(String path, Path file, String etag) {
        on(path, exchange -> answer(exchange, file, etag, Long.MAX_VALUE));
    }

    /** Gives at most so many bytes of what it promised. */
    static void answer(HttpExchange exchange, Path file, String etag, long most) throws IOException {
        var size = Files.size(file);
        var range = exchange.getRequestHeaders().getFirst("Range");
        var ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        var from = range == null || (ifRange != null && !ifRange.equals(etag))
                ? 0
                : Long.parseLong(range.replaceAll("bytes=([0-9]+)-.*", "$1"));
        exchange.getResponseHeaders().set("ETag", etag);
        if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        if (from > 0 || (range != null && ifRange == null)) {
            exchange.getResponseHeaders().set("Content-Range", "bytes %d-%d/%d".formatted(from, size - 1, size));
        }
        exchange.sendResponseHeaders(
                exchange.getResponseHeaders().containsKey("Content-Range") ? 206 : 200, size - from);
        try (var in = Files.newInputStream(file)) {
            in.skipNBytes(from);
            copy(in, exchange, most);
        }
    }

    private static void copy(InputStream in, HttpExchange exchange, long most) throws IOException {
        var left = most;
        var chunk = new byte[1 << 16];
        var out = exchange.getResponseBody();
        for (var read = in.read(chunk); read > 0 && left > 0; read = in.read(chunk)) {
            out.write(chunk, 0, (int) Math.min(read, left));
            left -= read;
        }
        out.flush();
    }

    static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
    }

    static boolean hasCredentials(HttpExchange exchange, String authorization) {
        return Objects.equals(exchange.getRequestHeaders().getFirst("Authorization"), authorization);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
