package dev.meridian.agent;

import dev.meridian.domain.guest.HttpExchange;
import dev.meridian.domain.guest.ProbeOutcome;
import dev.meridian.domain.machine.ProbeShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A probe's question that a node asks at an address of the guest, by a connection from the node's own network. */
final class NetworkQuestion {
    /** Whose certificate it is does not matter to who only asks whether there is an answer. */
    private static final SSLContext TRUSTING = trusting();

    private final ScheduledExecutorService timer;
    private final Predicate<InetAddress> isOwn;

    /**
     * Asks what it is given.
     *
     * @param timer ends what takes too long, however it goes on dripping
     * @param isOwn whether an address is the node's, which is asked nothing
     */
    NetworkQuestion(ScheduledExecutorService timer, Predicate<InetAddress> isOwn) {
        this.timer = timer;
        this.isOwn = isOwn;
    }

    /** Whether an interface of this node, or of the agent's pod, has the address. */
    static boolean isOfThisNode(InetAddress address) {
        return isHere(address) || HostNetwork.see(() -> isHere(address));
    }

    private static boolean isHere(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException _) { // nobody knows
            return true;
        }
    }

    /** A socket stays in the network in which it was made; one of a channel is made at once. */
    private static Socket socketOfNode() {
        return HostNetwork.see(() -> {
            try {
                return SocketChannel.open().socket();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Waits for the answer: on a virtual thread. */
    ProbeOutcome ask(ProbeShape.OfNetwork question, String at, Duration timeout) {
        var address = InetAddress.ofLiteral(at);
        if (isOwn.test(address)) {
            return new ProbeOutcome.NotAsked("%s is the node's own address".formatted(at));
        }
        try (var socket = socketOfNode()) {
            var end = timer.schedule(() -> close(socket), timeout.toMillis(), TimeUnit.MILLISECONDS);
            try {
                return ask(question, address, socket);
            } catch (IOException e) {
                return new ProbeOutcome.Failed(
                        end.getDelay(TimeUnit.NANOSECONDS) <= 0
                                ? "no answer within %d s".formatted(timeout.toSeconds())
                                : said(e));
            } finally {
                end.cancel(false);
            }
        } catch (IOException e) {
            return new ProbeOutcome.Failed(said(e));
        }
    }

    private static ProbeOutcome ask(ProbeShape.OfNetwork question, InetAddress address, Socket socket)
            throws IOException {
        return switch (question) {
            case ProbeShape.Tcp(var port) -> {
                socket.connect(new InetSocketAddress(address, port));
                yield new ProbeOutcome.Succeeded();
            }
            case ProbeShape.Http http -> {
                socket.connect(new InetSocketAddress(address, http.port()));
                yield exchange(http, address, socket);
            }
        };
    }

    private static ProbeOutcome exchange(ProbeShape.Http http, InetAddress address, Socket socket) throws IOException {
        return switch (http.scheme()) {
            case HTTP -> exchange(HttpExchange.request(http, address), socket);
            case HTTPS -> {
                try (var secured =
                        TRUSTING.getSocketFactory().createSocket(socket, address.getHostAddress(), http.port(), true)) {
                    yield exchange(HttpExchange.request(http, address), secured);
                }
            }
        };
    }

    private static ProbeOutcome exchange(byte[] request, Socket socket) throws IOException {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        return HttpExchange.outcome(socket.getInputStream().readNBytes(HttpExchange.STATUS_BYTES));
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) { // it is over either way
        }
    }

    private static String said(IOException e) {
        return String.valueOf(e.getMessage());
    }

    private static SSLContext trusting() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustingAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this JVM", e);
        }
    }

    /** Takes every certificate; extended, so that Java checks no name beside it. */
    private static final class TrustingAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
