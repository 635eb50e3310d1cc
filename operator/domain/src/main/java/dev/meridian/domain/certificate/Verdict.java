package dev.meridian.domain.certificate;

import java.util.Set;

/** Whether a certificate is issued. */
public sealed interface Verdict {
    /** One for that node, for those hosts and nothing else. */
    record Approved(String nodeName, Set<String> hosts) implements Verdict {
        public Approved {
            hosts = Set.copyOf(hosts);
        }
    }

    /** @param message says what to change */
    record Denied(String reason, String message) implements Verdict {}
}
