package dev.meridian.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A Prometheus of a test's own, which scrapes each second. */
final class Prometheus implements AutoCloseable {
    static final int SCRAPE_INTERVAL = 1;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path log;
    private final int port;
    private final Process process;

    /** @param directory where it keeps what it scrapes; the test's to remove */
    Prometheus(Testbed testbed, List<Management> scraped, Path directory) throws IOException {
        testbed.verb("promtool", "--version").orFail(); // of the same package, which is installed for it
        log = directory.resolve("prometheus.log");
        port = freePort();
        var configuration = Files.writeString(directory.resolve("prometheus.yml"), """
                global: {scrape_interval: %ds}
                scrape_configs:
                - job_name: meridian
                  honor_labels: true
                  static_configs:
                  - targets: [%s]
                """.formatted(
                SCRAPE_INTERVAL,
                scraped.stream().map(target -> target.metrics().getAuthority()).collect(Collectors.joining(", "))));
        process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Awaitility.await("Prometheus to be ready")
                .atMost(LIMIT)
                .ignoreException(ConnectException.class)
                .until(() -> alive() && get("/-/ready").statusCode() == 200);
    }

    /** The series that a query gives at this moment; one that is not well-formed, or that is warned of, fails. */
    JsonNode query(String promql) throws IOException {
        return answer("/api/v1/query?query=" + encoded(promql)).path("result");
    }

    /** The values that a label has in some series. */
    JsonNode labelValues(String label, String series) throws IOException {
        return answer("/api/v1/label/%s/values?match[]=%s"
                .formatted(label, encoded(series))
                .replace("[]", "%5B%5D"));
    }

    private JsonNode answer(String path) throws IOException {
        var answer = new ObjectMapper().readTree(get(path).body());
        if (!answer.path("status").asText().equals("success") || answer.has("warnings") || answer.has("infos")) {
            throw new AssertionError(path + ": " + answer);
        }
        return answer.path("data");
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                            .timeout(LIMIT)
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private boolean alive() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError(Files.readString(log));
        }
        return true;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        client.close();
    }
}
