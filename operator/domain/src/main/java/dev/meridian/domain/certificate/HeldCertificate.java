package dev.meridian.domain.certificate;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a node has been issued.
 *
 * @param hosts for which it is
 * @param isTrusted whether it is of an authority that signs now
 */
public record HeldCertificate(Instant from, Instant until, Set<String> hosts, boolean isTrusted) {
    public HeldCertificate {
        hosts = Set.copyOf(hosts);
    }

    /** Why another is asked for. */
    public Optional<String> lack(Set<String> wanted, Instant now) {
        if (!isTrusted) {
            return Optional.of("it is of no authority that the cluster has now");
        }
        if (!hosts.containsAll(wanted)) {
            return Optional.of("it is for %s, and not for %s"
                    .formatted(
                            hosts.stream().sorted().toList(),
                            wanted.stream().sorted().toList()));
        }
        return Lifetimes.renewal(from, until).isAfter(now)
                ? Optional.empty()
                : Optional.of("two thirds of its time are over");
    }
}
