package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The API server, as kubectl would ask it. */
final class Cluster implements AutoCloseable {
    static final String FIELD_MANAGER = "kubectl-meridian";

    private static final String WRITING = "?fieldManager=" + FIELD_MANAGER + "&fieldValidation=Strict";
    private static final Duration LONGEST_WATCH = Duration.ofMinutes(5);

    private final Connection connection;
    private final HttpClient client;

    private Cluster(Connection connection, HttpClient client) {
        this.connection = connection;
        this.client = client;
    }

    static Cluster open(Connection connection) {
        var server = connection.server();
        try {
            return new Cluster(connection, connection.client());
        } catch (RuntimeException e) {
            throw e instanceof Failure ? e : Failures.unreachable(server, e);
        }
    }

    String namespace() {
        return connection.namespace();
    }

    String server() {
        return connection.server();
    }

    JsonNode get(Kind kind, String namespace, String name) {
        return read(kind.path(namespace, name));
    }

    /** @param namespace empty: of all */
    List<JsonNode> list(Kind kind, Optional<String> namespace, Map<String, String> query) {
        var items = new ArrayList<JsonNode>();
        var list = read(kind.collection(namespace) + query(query));
        // What stands in a list does not say its kind.
        list.path("items").forEach(item -> {
            var object = Json.object().put("apiVersion", list.path("apiVersion").asText());
            object.put("kind", list.path("kind").asText().replaceAll("List$", ""));
            item.properties().forEach(field -> object.set(field.getKey(), field.getValue()));
            items.add(object);
        });
        return items;
    }

    private static String query(Map<String, String> query) {
        return query.isEmpty()
                ? ""
                : query.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + Kind.encoded(entry.getValue()))
                        .sorted()
                        .collect(Collectors.joining("&", "?", ""));
    }

    JsonNode read(String path) {
        return object(path, send(request(path)));
    }

    /** A change of some fields, and of no others (RFC 7386). */
    JsonNode patch(Kind kind, String namespace, String name, JsonNode change) {
        var path = kind.path(namespace, name) + WRITING;
        return object(path, send(request(path).method("PATCH", "application/merge-patch+json", change.toString())));
    }

    JsonNode create(Kind kind, String namespace, JsonNode object) {
        var path = kind.collection(Optional.of(namespace)) + WRITING;
        return object(path, send(request(path).method("POST", "application/json", object.toString())));
    }

    /**
     * Runs a command in a container and waits for its end.
     *
     * @throws Failure also when it cannot be run; what it says itself, and its exit code, are the answer
     */
    Execution.Ended execute(JsonNode pod, String container, List<String> command) {
        var metadata = pod.path("metadata");
        var path = Kind.POD.path(
                        metadata.path("namespace").asText(),
                        metadata.path("name").asText())
                + "/exec?stdout=1&stderr=1&container=" + Kind.encoded(container)
                + command.stream().map(word -> "&command=" + Kind.encoded(word)).collect(Collectors.joining());
        var execution = new Execution();
        var socket = client.newWebSocketBuilder()
                .uri(URI.create(connection.server() + path))
                .subprotocol(Execution.PROTOCOL)
                .buildAsync(execution);
        return answered(socket.exceptionallyCompose(refused -> CompletableFuture.failedFuture(refused(path, refused)))
                .thenCompose(_ -> execution.ended()));
    }

    private static Throwable refused(String path, Throwable failure) {
        var reason = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (!(reason instanceof WebSocketHandshakeException handshake)) {
            return reason;
        }
        int code = handshake.getResponse().code();
        return code == HttpURLConnection.HTTP_FORBIDDEN
                ? new Failure(
                        "Error from server (Forbidden): it takes the verb create on pods/exec in namespace %s"
                                .formatted(Meridian.SYSTEM_NAMESPACE),
                        code)
                : Failures.refused(code, "", path);
    }

    private HttpRequest.Builder request(String path) {
        return client.newHttpRequestBuilder().uri(connection.server() + path).setHeader("Accept", "application/json");
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        return answered(client.sendAsync(request.build(), byte[].class));
    }

    private static JsonNode object(String path, HttpResponse<byte[]> answer) {
        var body = new String(Optional.ofNullable(answer.body()).orElse(new byte[0]), StandardCharsets.UTF_8);
        if (!answer.isSuccessful()) {
            throw Failures.refused(answer.code(), body, path);
        }
        return Json.parsed(body)
                .filter(JsonNode::isObject)
                .orElseThrow(
                        () -> Failure.error("the server's answer to %s is no object of Kubernetes".formatted(path)));
    }

    private <T> T answered(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw Failures.unreachable(connection.server(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("error: interrupted", e);
        }
    }

    /**
     * The first state of an object that is as wished, from now on; empty when the time is over before.
     *
     * @param limit zero: only now
     */
    Optional<JsonNode> await(Kind kind, String namespace, String name, Duration limit, Predicate<JsonNode> wished) {
        var end = System.nanoTime() + limit.toNanos();
        while (true) {
            var object = get(kind, namespace, name);
            if (wished.test(object)) {
                return Optional.of(object);
            }
            var seen = watched(kind, namespace, object, end, wished);
            if (seen.isPresent() || end - System.nanoTime() <= 0) {
                return seen;
            }
        }
    }

    /** Empty when the time or the watch is over: another begins with another look. */
    private Optional<JsonNode> watched(
            Kind kind, String namespace, JsonNode object, long end, Predicate<JsonNode> wished) {
        var metadata = object.path("metadata");
        var left = Duration.ofNanos(end - System.nanoTime());
        if (!left.isPositive()) {
            return Optional.empty();
        }
        var seconds = Math.max(1, Math.min(left.toSeconds(), LONGEST_WATCH.toSeconds()));
        var path = kind.collection(Optional.of(namespace))
                + query(Map.of(
                        "watch",
                        "1",
                        "fieldSelector",
                        "metadata.name=" + metadata.path("name").asText(),
                        "resourceVersion",
                        metadata.path("resourceVersion").asText(),
                        "timeoutSeconds",
                        Long.toString(seconds)));
        var answer = answered(client.sendAsync(
                request(path)
                        .timeout(seconds + 30, TimeUnit.SECONDS)
                        .forStreaming()
                        .build(),
                InputStream.class));
        try (var lines = new Lines(answer.body())) {
            if (!answer.isSuccessful()) {
                throw Failures.refused(answer.code(), lines.all(), path);
            }
            while (true) {
                var event = lines.next(end).flatMap(Json::parsed);
                if (event.isEmpty() || event.get().path("type").asText().equals("ERROR")) {
                    return Optional.empty();
                }
                if (event.get().path("type").asText().equals("DELETED")) {
                    throw new Failure(
                            "Error from server (NotFound): %s was deleted"
                                    .formatted(kind.of(metadata.path("name").asText())),
                            404);
                }
                if (wished.test(event.get().path("object"))) {
                    return event.map(said -> said.path("object"));
                }
            }
        }
    }

    /** Lines of an answer that goes on, read as they come: the end of the time is kept also when none comes. */
    private static final class Lines implements AutoCloseable {
        private final InputStream body;
        private final BufferedReader reader;
        private final LinkedBlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

        private Lines(InputStream body) {
            this.body = body;
            this.reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try {
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(Optional.of(line));
                }
            } catch (IOException _) {
                // The connection broke, or nobody reads any more: the end, either way.
            }
            lines.add(Optional.empty());
        }

        /** Empty at the end of the lines or of the time. */
        private Optional<String> next(long end) {
            try {
                var line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                return line == null ? Optional.empty() : line;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }

        private String all() {
            var text = new StringBuilder();
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            for (var line = next(end); line.isPresent(); line = next(end)) {
                text.append(line.get()).append('\n');
            }
            return text.toString();
        }

        /** Not the reader's: it is locked while it waits for the next line. */
        @Override
        public void close() {
            try {
                body.close();
            } catch (IOException _) {
                // Nobody reads it any more.
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
