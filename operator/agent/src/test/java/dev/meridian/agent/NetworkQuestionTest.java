package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HttpScheme;
import dev.meridian.domain.guest.ProbeOutcome;
import dev.meridian.domain.machine.ProbeShape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NetworkQuestionTest {
    private static final String HERE = "127.0.0.1";
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    @Test
    void nodeAsksNothingOfItself() throws IOException {
        try (var server = listening()) {
            // when
            var outcome = new NetworkQuestion(timer, NetworkQuestion::isOfThisNode)
                    .ask(new ProbeShape.Tcp(server.getLocalPort()), HERE, Duration.ofSeconds(1));

            // then
            assertThat(outcome).isEqualTo(new ProbeOutcome.NotAsked("127.0.0.1 is the node's own address"));
        }
    }

    @Test
    void portThatTakesAConnectionSucceedsAndOneThatDoesNotFails() throws IOException {
        // given
        var server = listening();
        var port = server.getLocalPort();

        // when
        var open = ask(new ProbeShape.Tcp(port));
        server.close();
        var closed = ask(new ProbeShape.Tcp(port));

        // then
        assertThat(open).isEqualTo(new ProbeOutcome.Succeeded());
        assertThat(closed).isEqualTo(new ProbeOutcome.Failed("Connection refused"));
    }

    @Test
    void guestThatNeverEndsItsAnswerIsNotWaitedFor() throws IOException {
        try (var server = listening()) {
            // given
            answer(server, "HTTP/1.1 2", false);

            // when
            var outcome = ask(http(server, HttpScheme.HTTP));

            // then
            assertThat(outcome).isEqualTo(new ProbeOutcome.Failed("no answer within 2 s"));
        }
    }

    @Test
    void redirectIsAnAnswerAndNotFollowed() throws IOException {
        try (var server = listening()) {
            // given
            answer(server, "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n", true);

            // when
            var outcome = ask(http(server, HttpScheme.HTTP));

            // then
            assertThat(outcome).isEqualTo(new ProbeOutcome.Succeeded());
        }
    }

    @Test
    void certificateThatNobodySignedIsAnAnswerToo(@TempDir Path directory) throws Exception {
        try (var server = secured(directory)) {
            // given
            answer(server, "HTTP/1.1 200 OK\r\n\r\n", true);

            // when
            var outcome = ask(http(server, HttpScheme.HTTPS));

            // then
            assertThat(outcome).isEqualTo(new ProbeOutcome.Succeeded());
        }
    }

    private ProbeOutcome ask(ProbeShape.OfNetwork question) {
        return new NetworkQuestion(timer, _ -> false).ask(question, HERE, Duration.ofSeconds(2));
    }

    private static ProbeShape.Http http(ServerSocket server, HttpScheme scheme) {
        return new ProbeShape.Http(server.getLocalPort(), "/", scheme, List.of());
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 1, InetAddress.ofLiteral(HERE));
    }

    private static ServerSocket secured(Path directory)
            throws IOException, GeneralSecurityException, InterruptedException {
        var file = directory.resolve("keys.p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=nobody",
                        "-alias",
                        "own",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.ofLiteral(HERE));
    }

    /** Answers one who asks, whatever that is. */
    private static void answer(ServerSocket server, String answer, boolean ends) {
        Thread.ofVirtual().start(() -> {
            try (var socket = server.accept()) {
                var asked = socket.getInputStream().read();
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                while (!ends && asked >= 0) {
                    asked = socket.getInputStream().read();
                }
            } catch (IOException _) { // who asked is gone
            }
        });
    }
}
