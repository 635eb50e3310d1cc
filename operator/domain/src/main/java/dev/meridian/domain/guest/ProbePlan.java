package dev.meridian.domain.guest;

import dev.meridian.domain.machine.ProbeShape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a guest is to be probed now.
 *
 * @param probes none while the guest's virtual CPUs stand still
 * @param run start of the run
 * @param booted when the guest last booted, from which an initial delay counts
 * @param macAddresses of the machine's network cards, in their order
 */
public record ProbePlan(
        Map<Kind, ProbeShape> probes,
        @Nullable Instant run,
        @Nullable Instant booted,
        List<String> macAddresses) {
    public static final ProbePlan NONE = new ProbePlan(Map.of(), null, null, List.of());

    /** What a probe is for. */
    public enum Kind {
        Readiness,
        Liveness
    }

    public ProbePlan {
        probes = Map.copyOf(probes);
        macAddresses = List.copyOf(macAddresses);
    }

    /**
     * The address that a node asks: the first that its network's DHCP server gave to the first card that has one. The
     * guest's own word for it is not taken, or it could send its node to where it cannot go itself.
     *
     * @param leases addresses by MAC address
     */
    public Optional<String> address(Map<String, List<String>> leases) {
        return macAddresses.stream()
                .flatMap(mac -> leases.getOrDefault(mac, List.of()).stream())
                .findFirst();
    }
}
