package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;

/**
 * A command in a container, as {@code kubectl exec} has one: the first byte of each message says which stream it is of, and the
 * last message is a Status that says how the command ended (v4.channel.k8s.io).
 */
final class Execution implements WebSocket.Listener {
    static final String PROTOCOL = "v4.channel.k8s.io";

    private static final int OUT = 1;
    private static final int ERR = 2;
    private static final int END = 3;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();

    /** What it said, and its exit code. */
    record Ended(String out, String err, int code) {}

    CompletableFuture<Ended> ended() {
        return ended;
    }

    @Override
    public void onMessage(WebSocket socket, ByteBuffer message) {
        if (message.hasRemaining()) {
            int stream = message.get();
            var bytes = new byte[message.remaining()];
            message.get(bytes);
            switch (stream) {
                case OUT -> out.writeBytes(bytes);
                case ERR -> err.writeBytes(bytes);
                case END -> end(new String(bytes, StandardCharsets.UTF_8));
                default -> {} // one of a later protocol
            }
        }
        socket.request();
    }

    private void end(String status) {
        var said = Json.parsed(status).orElseGet(Json::object);
        if (said.path("status").asText().equals("Success")) {
            ended.complete(ended(0));
        } else if (said.path("reason").asText().equals("NonZeroExitCode")) {
            ended.complete(ended(exitCode(said)));
        } else {
            ended.completeExceptionally(Failure.error("the command cannot be run: %s"
                    .formatted(said.path("message").asText(status))));
        }
    }

    private Ended ended(int code) {
        return new Ended(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), code);
    }

    private static int exitCode(JsonNode status) {
        return StreamSupport.stream(status.at("/details/causes").spliterator(), false)
                .filter(cause -> cause.path("reason").asText().equals("ExitCode"))
                .mapToInt(cause -> cause.path("message").asInt(1))
                .findFirst()
                .orElse(1);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        ended.completeExceptionally(error);
    }

    /** After the end this says nothing new. */
    @Override
    public void onClose(WebSocket socket, int code, String reason) {
        ended.completeExceptionally(new IOException("the connection ended before the command did: " + reason));
        socket.sendClose(code, reason);
    }
}
