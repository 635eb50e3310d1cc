package dev.meridian.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether connections of a guest on a bridge live on when it comes back to a node where it had them before.
 *
 * <p>Where bridged packets go through iptables, the kernel keeps what it saw last of each connection. It goes on elsewhere
 * meanwhile, and what then comes of it lies outside of the window that is kept: it is INVALID, and kube-proxy drops that
 * (nf_conntrack-sysctl, {@code nf_conntrack_tcp_be_liberal}; kube-proxy, {@code --conntrack-tcp-be-liberal}).
 *
 * @param sysctls /proc/sys; its {@code net} is that of the network in which the thread is
 */
record ReturnedConnections(Path sysctls) {
    private static final String BRIDGES = "net.bridge.bridge-nf-call-iptables";
    private static final String LIBERAL = "net.netfilter.nf_conntrack_tcp_be_liberal";

    static Optional<String> warningOfNode() {
        return HostNetwork.see(() -> new ReturnedConnections(Path.of("/proc/sys")).warning());
    }

    /** What is to be mended. */
    Optional<String> warning() {
        return isSet(BRIDGES, "1") && isSet(LIBERAL, "0")
                ? Optional.of(
                        ("a connection through a bridge breaks when the guest comes back to a node where it had it before:"
                                        + " %s is 1 and %s is 0; run: sysctl -w %s=1")
                                .formatted(BRIDGES, LIBERAL, LIBERAL))
                : Optional.empty();
    }

    private boolean isSet(String name, String value) {
        try {
            return Files.readString(sysctls.resolve(name.replace('.', '/')))
                    .strip()
                    .equals(value);
        } catch (IOException _) { // there is none without br_netfilter, or before connections are tracked
            return false;
        }
    }
}
