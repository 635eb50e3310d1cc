package dev.meridian.agent.images;

import dev.meridian.domain.image.AddressRules;
import dev.meridian.domain.image.AddressRules.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Sockets that connect only where the rules let a namespace's images come from. What is judged is the very address
 * that is connected to: a name may mean another one a moment later.
 */
final class GuardedSockets extends SocketFactory {
    private final AddressRules rules;
    private volatile boolean policyNeeded;

    GuardedSockets(AddressRules rules) {
        this.rules = rules;
    }

    /** Whether a server was reached that only a policy opens. */
    boolean wasPolicyNeeded() {
        return policyNeeded;
    }

    void judge(String host, InetAddress address) throws AddressRefused {
        switch (rules.judge(host, address)) {
            case Verdict.Open() -> {}
            case Verdict.OpenedByPolicy() -> policyNeeded = true;
            case Verdict.Refused(var why) -> throw new AddressRefused(host, address.getHostAddress(), why);
        }
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
                if (!(endpoint instanceof InetSocketAddress server) || server.isUnresolved()) {
                    throw new IOException("no address of a server: " + endpoint);
                }
                judge(server.getHostString(), server.getAddress());
                super.connect(endpoint, timeoutMillis);
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    private Socket connected(InetSocketAddress server) throws IOException {
        var socket = createSocket();
        socket.connect(server);
        return socket;
    }
}
