package dev.meridian.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.meridian.app.logging.LogLevel;
import dev.meridian.app.logging.Logging;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers over HTTP whether a process of ours lives, whether it works, and what it measures. From the process' own
 * network namespace alone the level of its log can be changed: whoever may forward a port to the pod, or run something
 * in it, may do that.
 */
final class ManagementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final String LOG_LEVEL = "/loglevel";
    /** Far more than a level has: of a body that is not read to its end the client may not see the answer. */
    private static final int MOST_BYTES = 1024;

    private static final String TEXT = "text/plain; charset=utf-8";

    /**
     * The JDK has no other way to say so, and reads it once. Times are seconds: without them a client that sends or
     * reads nothing would be waited for without end. The body of a request is not read, not even to its end.
     */
    private static final Map<String, String> LIMITS = Map.of(
            "sun.net.httpserver.maxReqTime", "5",
            "sun.net.httpserver.maxRspTime", "10",
            "sun.net.httpserver.drainAmount", "0",
            "sun.net.httpserver.nodelay", "true",
            "jdk.httpserver.maxConnections", "256");

    private final HttpServer http;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("management-", 0).factory());
    private final Map<String, Supplier<Answer>> pages = Map.of(
            "/healthz",
            () -> Answer.of(200, "ok"),
            "/livez",
            this::lives,
            "/readyz",
            this::ready,
            "/metrics",
            this::metrics);
    private volatile Managed managed = Managed.STARTING;

    private record Answer(int status, String type, String text) {
        static Answer of(int status, String line) {
            return new Answer(status, TEXT, line + "\n");
        }
    }

    private ManagementServer(HttpServer http) {
        this.http = http;
    }

    /** The JDK reads its limits once, when the first of a process is made: each is to be made here. */
    static HttpServer limited(InetSocketAddress address) throws IOException {
        LIMITS.forEach(System::setProperty);
        return HttpServer.create(address, 0);
    }

    /** @throws IOException when nothing can listen there */
    static ManagementServer start(InetSocketAddress address) throws IOException {
        var server = new ManagementServer(limited(address));
        server.http.setExecutor(server.threads);
        server.http.createContext("/", server::handle);
        server.http.start();
        return server;
    }

    InetSocketAddress address() {
        return http.getAddress();
    }

    /** From now on it answers for that one. */
    void tellOf(Managed process) {
        managed = process;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var answer = path.equals(LOG_LEVEL) ? logLevel(exchange) : answer(exchange.getRequestMethod(), path);
            if (answer.status() == 405) {
                exchange.getResponseHeaders().set("Allow", path.equals(LOG_LEVEL) ? "GET, PUT" : "GET");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            var body = answer.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(String method, String path) {
        var page = pages.get(path);
        if (page == null) {
            return Answer.of(404, "there are /livez, /readyz, /healthz, /metrics and /loglevel");
        }
        if (!method.equals("GET")) {
            return Answer.of(405, "");
        }
        try {
            return page.get();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("path", path).setCause(e).log("a request was not answered");
            return Answer.of(500, "see the log");
        }
    }

    /** Both ends: a packet for 127.0.0.1 that came over the network has another sender. */
    private static boolean isFromHere(HttpExchange exchange) {
        return exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                && exchange.getLocalAddress().getAddress().isLoopbackAddress();
    }

    private static Answer logLevel(HttpExchange exchange) throws IOException {
        if (!isFromHere(exchange)) {
            return Answer.of(403, "only over loopback, such as by kubectl port-forward");
        }
        return switch (exchange.getRequestMethod()) {
            case "GET" -> Answer.of(200, Logging.level().name());
            case "PUT" ->
                setLogLevel(new String(exchange.getRequestBody().readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
            default -> Answer.of(405, "");
        };
    }

    private static Answer setLogLevel(String text) {
        var level = LogLevel.named(text.strip());
        if (level.isEmpty()) {
            return Answer.of(400, "a level is debug, info, warn or error");
        }
        Logging.setLevel(level.get());
        LOG.atWarn().addKeyValue("level", level.get()).log("the level of the log is set");
        return Answer.of(200, level.get().name());
    }

    private Answer lives() {
        return managed.stuck().get().map(reason -> Answer.of(503, reason)).orElseGet(() -> Answer.of(200, "ok"));
    }

    private Answer ready() {
        return managed.notReady().get().map(reason -> Answer.of(503, reason)).orElseGet(() -> Answer.of(200, "ok"));
    }

    private Answer metrics() {
        return new Answer(200, PrometheusText.CONTENT_TYPE, managed.metrics().get());
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
