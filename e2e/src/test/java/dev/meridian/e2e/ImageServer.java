package dev.meridian.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The files of a directory over TLS, at an address of this machine. */
final class ImageServer implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** What lies below is given to the user reader with the password swordfish alone. */
    private static final String PRIVATE = "/private/";

    private static final String LOGIN =
            "Basic " + Base64.getEncoder().encodeToString("reader:swordfish".getBytes(StandardCharsets.UTF_8));

    private final HttpsServer server;
    private final String certificate;
    private final AtomicInteger downloads = new AtomicInteger();

    private ImageServer(HttpsServer server, String certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    static ImageServer start(Path directory, String address) throws IOException, GeneralSecurityException {
        var keys = Files.createTempDirectory("meridian").resolve("keys.p12");
        Testbed.run(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=images",
                        "-ext",
                        "san=ip:" + address,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        keys.toString()))
                .orFail();
        var store = KeyStore.getInstance(keys.toFile(), PASSWORD);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        var https = HttpsServer.create(new InetSocketAddress(address, 0), 50);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        https.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var encoded = Base64.getMimeEncoder()
                .encodeToString(store.getCertificate("server").getEncoded());
        var server = new ImageServer(
                https, "-----BEGIN CERTIFICATE-----\n" + encoded.replace("\r", "") + "\n-----END CERTIFICATE-----\n");
        https.createContext("/", exchange -> server.answer(exchange, directory));
        https.start();
        return server;
    }

    private void answer(HttpExchange exchange, Path directory) throws IOException {
        try (exchange) {
            var file = directory.resolve(exchange.getRequestURI().getPath().substring(1));
            if (!Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            if (exchange.getRequestURI().getPath().startsWith(PRIVATE)
                    && !LOGIN.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            downloads.incrementAndGet();
            exchange.sendResponseHeaders(200, Files.size(file));
            Files.copy(file, exchange.getResponseBody());
        }
    }

    /** In PEM. */
    String certificate() {
        return certificate;
    }

    /** In PEM, as a block of YAML that is indented so far. */
    String certificate(int indent) {
        return certificate.strip().indent(indent);
    }

    String url(String file) {
        return "https://%s:%d/%s"
                .formatted(
                        server.getAddress().getHostString(), server.getAddress().getPort(), file);
    }

    int downloads() {
        return downloads.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
