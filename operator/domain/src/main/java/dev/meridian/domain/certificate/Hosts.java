package dev.meridian.domain.certificate;

import java.net.InetAddress;
import java.util.Locale;

/** Names and addresses of nodes, each in one form: an IPv6 address has many. */
public final class Hosts {
    private Hosts() {}

    /** @param host as in a URI, a certificate or a Node */
    public static String plain(String host) {
        var bare = host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        return isAddress(bare) ? InetAddress.ofLiteral(bare).getHostAddress() : bare;
    }

    public static boolean isAddress(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
