package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.cli.Execution.Ended;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What kubelet sends of a command, message by message; a real one is InstallE2E's. */
class ExecutionTest {
    private static final WebSocket SOCKET = new WebSocket() {
        @Override
        public boolean send(ByteBuffer buffer) {
            return true;
        }

        @Override
        public boolean sendClose(int code, String reason) {
            return true;
        }

        @Override
        public long queueSize() {
            return 0;
        }

        @Override
        public void request() {}
    };

    private final Execution execution = new Execution();

    @Test
    void commandThatEndsWellHasCodeZeroAndWhatItSaid() throws Exception {
        // when
        send(1, "");
        send(1, "Ok   sta");
        send(2, "beside\n");
        send(1, "te\n");
        send(3, "{\"metadata\":{},\"status\":\"Success\"}");

        // then
        assertThat(execution.ended().get()).isEqualTo(new Ended("Ok   state\n", "beside\n", 0));
    }

    @Test
    void exitCodeIsTheCommands() throws Exception {
        // when
        send(3, """
                {"status":"Failure","message":"command terminated with non-zero exit code: exit status 7",
                 "reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}""");

        // then
        assertThat(execution.ended().get().code()).isEqualTo(7);
    }

    @Test
    void commandThatCannotBeginIsSaid() {
        // when
        send(
                3,
                "{\"status\":\"Failure\",\"message\":\"exec: \\\"meridian\\\": not found\",\"reason\":\"InternalError\"}");

        // then
        assertThatThrownBy(() -> execution.ended().get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(Failure.class)
                .hasMessage("error: the command cannot be run: exec: \"meridian\": not found");
    }

    @Test
    void connectionThatEndsBeforeTheCommandIsNoAnswer() {
        // when
        send(1, "half");
        execution.onClose(SOCKET, 1006, "gone");

        // then
        assertThatThrownBy(() -> execution.ended().get()).hasMessageContaining("ended before the command did: gone");
    }

    private void send(int stream, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        execution.onMessage(
                SOCKET,
                ByteBuffer.allocate(bytes.length + 1)
                        .put((byte) stream)
                        .put(bytes)
                        .flip());
    }
}
