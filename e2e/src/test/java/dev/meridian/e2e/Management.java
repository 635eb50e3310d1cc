package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What a process of ours tells of itself, asked as kubelet and Prometheus do. */
record Management(URI metrics) {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** The agent that runs on the node now. */
    static Management of(Testbed.Node node) {
        return at("agent", node.name());
    }

    /** Of controllers the one that leads now. */
    static Management ofController() {
        return at("controller");
    }

    private static Management at(String... which) {
        var words = Stream.concat(Stream.of("metrics"), Stream.of(which)).toArray(String[]::new);
        return new Management(URI.create(Testbed.open().verb(words).orFail()));
    }

    HttpResponse<String> get(String path) {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(metrics.resolve(path)).timeout(LIMIT);
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** @param series as Prometheus' text format has it, its labels in the order of their names */
    OptionalDouble scrape(String series) {
        return value(get("/metrics").body(), series);
    }

    /** Of a scrape. */
    static OptionalDouble value(String text, String series) {
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst();
    }
}
