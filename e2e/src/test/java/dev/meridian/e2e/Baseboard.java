package dev.meridian.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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

/** A node's management controller: a small Redfish service that cuts the node's real power, and tells of it as it is. */
final class Baseboard implements AutoCloseable {
    static final String USER = "fencer";
    static final String PASSWORD = "swordfish-of-the-baseboard";

    private static final char[] STORE = "changeit".toCharArray();
    private static final String SYSTEM = "/redfish/v1/Systems/1";
    private static final String RESET = SYSTEM + "/Actions/ComputerSystem.Reset";
    private static final String OFF = "/off/";
    private static final String LOGIN =
            "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    /** How it behaves. */
    enum Mood {
        Honest,
        Refusing,
        /** It takes orders and does nothing. */
        Idle,
        /** It is another node's. */
        Foreign,
        /** It answers with more than anybody can want. */
        Endless
    }

    private final Testbed testbed;
    private final Testbed.Node node;
    private final String uuid;
    private final HttpServer server;
    private final Path certificate;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger orders = new AtomicInteger();
    private volatile Mood mood = Mood.Honest;

    private Baseboard(Testbed testbed, Testbed.Node node, String uuid, HttpServer server, Path certificate) {
        this.testbed = testbed;
        this.node = node;
        this.uuid = uuid;
        this.server = server;
        this.certificate = certificate;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    static Baseboard byTls(Testbed testbed, Testbed.Node node, String uuid, String address)
            throws IOException, GeneralSecurityException {
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
                        "CN=baseboard",
                        "-ext",
                        "san=ip:" + address,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(STORE),
                        "-keystore",
                        keys.toString()))
                .orFail();
        var store = KeyStore.getInstance(keys.toFile(), STORE);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, STORE);
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        var https = HttpsServer.create(new InetSocketAddress(address, 0), 50);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        var encoded = Base64.getMimeEncoder()
                .encodeToString(store.getCertificate("server").getEncoded());
        var pem = keys.resolveSibling("baseboard.pem");
        Files.writeString(
                pem, "-----BEGIN CERTIFICATE-----\n" + encoded.replace("\r", "") + "\n-----END CERTIFICATE-----\n");
        return new Baseboard(testbed, node, uuid, https, pem);
    }

    static Baseboard plain(Testbed testbed, Testbed.Node node, String uuid, String address) throws IOException {
        return new Baseboard(
                testbed, node, uuid, HttpServer.create(new InetSocketAddress(address, 0), 50), Path.of("/"));
    }

    void behave(Mood wanted) {
        mood = wanted;
    }

    String system() {
        return "https://%s:%d%s".formatted(server.getAddress().getHostString(), port(), SYSTEM);
    }

    /** Where a command asks: answered when the named node is off. */
    String offUrl() {
        return "http://%s:%d%s".formatted(server.getAddress().getHostString(), port(), OFF);
    }

    int port() {
        return server.getAddress().getPort();
    }

    Path certificate() {
        return certificate;
    }

    int requests() {
        return requests.get();
    }

    /** How often it was told to cut the power. */
    int orders() {
        return orders.get();
    }

    boolean isOn() {
        return testbed.verb("pid", "init", node.name()).status() == 0;
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            if (path.startsWith(OFF)) {
                cutPower(path.substring(OFF.length()));
                say(exchange, 200, isOn() ? "{}" : "off");
                return;
            }
            if (mood == Mood.Refusing
                    || !LOGIN.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                say(exchange, 401, "{}");
                return;
            }
            switch (exchange.getRequestMethod() + " " + path) {
                case "GET " + SYSTEM -> describe(exchange);
                case "POST " + RESET -> reset(exchange);
                default -> say(exchange, 404, "{}");
            }
        }
    }

    private void describe(HttpExchange exchange) throws IOException {
        if (mood == Mood.Endless) {
            exchange.sendResponseHeaders(200, 0);
            var body = exchange.getResponseBody();
            while (true) {
                body.write(new byte[8192]);
            }
        }
        say(exchange, 200, """
                {"@odata.id": "%s", "UUID": "%s", "PowerState": "%s",
                 "Actions": {"#ComputerSystem.Reset": {"target": "%s"}}}
                """.formatted(
                        SYSTEM,
                        mood == Mood.Foreign ? "11111111-2222-4333-8444-555555555555" : uuid,
                        isOn() ? "On" : "Off",
                        RESET));
    }

    /** A real one answers before it has done it. */
    private void reset(HttpExchange exchange) throws IOException {
        var order = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!order.equals("{\"ResetType\":\"ForceOff\"}")) {
            say(exchange, 400, "{}");
            return;
        }
        orders.incrementAndGet();
        say(exchange, 202, "{}");
        if (mood != Mood.Idle) {
            testbed.verb("node", "power-off", node.name()).orFail();
        }
    }

    private void cutPower(String name) {
        orders.incrementAndGet();
        testbed.verb("node", "power-off", name).orFail();
    }

    private static void say(HttpExchange exchange, int status, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
