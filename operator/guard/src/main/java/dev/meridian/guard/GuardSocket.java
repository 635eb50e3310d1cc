package dev.meridian.guard;

import dev.meridian.domain.fence.GuardQuestion;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the node's agent asks the guard, each question by a connection of its own. The directory is root's. */
final class GuardSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardSocket.class);

    private final ServerSocketChannel listening;
    private final Function<GuardQuestion, String> answering;

    private GuardSocket(ServerSocketChannel listening, Function<GuardQuestion, String> answering) {
        this.listening = listening;
        this.answering = answering;
    }

    /** @param answering called by many threads at once */
    static GuardSocket listen(Path runDirectory, Function<GuardQuestion, String> answering) throws IOException {
        var path = runDirectory.resolve(GuardQuestion.SOCKET);
        Files.deleteIfExists(path); // of a guard that is dead: who has the lock is the only one
        var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        var socket = new GuardSocket(listening, answering);
        Thread.ofPlatform().daemon().name("guard-socket").start(socket::run);
        return socket;
    }

    private void run() {
        while (listening.isOpen()) {
            try {
                var asked = listening.accept();
                Thread.ofVirtual().start(() -> answer(asked));
            } catch (IOException e) {
                if (listening.isOpen()) {
                    LOG.atWarn().setCause(e).log("a question was not heard");
                }
            }
        }
    }

    private void answer(SocketChannel asked) {
        try (asked) {
            var line = new BufferedReader(Channels.newReader(asked, StandardCharsets.UTF_8)).readLine();
            var answer = line == null
                    ? "no question"
                    : GuardQuestion.of(line).map(answering).orElse("no question that this guard knows");
            asked.write(ByteBuffer.wrap((answer.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("a question was not answered");
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
