package dev.meridian.domain.placement;

import dev.meridian.domain.machine.Requests;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's reservation is made of beside its spec.
 *
 * @param imageSecrets names of the Secrets with which the images of its disks are fetched
 * @param claims in which it has disks, by name
 * @param nodes that have what it needs
 * @param near the nodes that have images of its disks
 */
public record ReservationOptions(
        String image,
        long milliCpuPerVcpu,
        @Nullable String schedulerName,
        Set<String> imageSecrets,
        Map<String, ClaimFacts> claims,
        NodeChoice nodes,
        List<String> near) {
    public static final ReservationOptions DEFAULT = new ReservationOptions(
            "meridian/reservation:dev",
            Requests.DEFAULT_MILLI_CPU_PER_VCPU,
            null,
            Set.of(),
            Map.of(),
            NodeChoice.ANY,
            List.of());

    public ReservationOptions {
        if (image.isBlank()) {
            throw new IllegalArgumentException("reservation image: blank; name an image whose sleep is on its path");
        }
        if (milliCpuPerVcpu < 0) {
            throw new IllegalArgumentException("milliCpuPerVcpu: " + milliCpuPerVcpu + " is negative");
        }
        imageSecrets = new TreeSet<>(imageSecrets);
        claims = new TreeMap<>(claims);
        near = List.copyOf(near);
    }

    /** For a machine whose disks take these, which can run on such nodes, and whose images are near there. */
    public ReservationOptions with(
            Set<String> secretsOfImages,
            Map<String, ClaimFacts> claimsOfDisks,
            NodeChoice suitedNodes,
            List<String> nodesOfImages) {
        return new ReservationOptions(
                image, milliCpuPerVcpu, schedulerName, secretsOfImages, claimsOfDisks, suitedNodes, nodesOfImages);
    }

    ClaimFacts claim(String name) {
        return claims.getOrDefault(name, ClaimFacts.NONE);
    }
}
