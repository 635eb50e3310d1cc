package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.VirtualMachineSpec;
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
 * @param milliCpuPerVcpu where no class says otherwise
 * @param machineClass that the machine names
 * @param imageSecrets names of the Secrets with which the images of its disks are fetched
 * @param claims in which it has disks, by name
 * @param nodes that have what it needs
 * @param near the nodes that have images of its disks
 */
public record ReservationOptions(
        String image,
        long milliCpuPerVcpu,
        @Nullable String schedulerName,
        ClassChoice machineClass,
        Set<String> imageSecrets,
        Map<String, ClaimFacts> claims,
        NodeChoice nodes,
        List<String> near) {
    public static final ReservationOptions DEFAULT = new ReservationOptions(
            "meridian/reservation:dev",
            Requests.DEFAULT_MILLI_CPU_PER_VCPU,
            null,
            new ClassChoice.None(),
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

    /** For a machine of that class, whose disks take these, which can run on such nodes, and whose images are near there. */
    public ReservationOptions with(
            ClassChoice named,
            Set<String> secretsOfImages,
            Map<String, ClaimFacts> claimsOfDisks,
            NodeChoice suitedNodes,
            List<String> nodesOfImages) {
        return new ReservationOptions(
                image,
                milliCpuPerVcpu,
                schedulerName,
                named,
                secretsOfImages,
                claimsOfDisks,
                suitedNodes,
                nodesOfImages);
    }

    /** What the machine asks for. */
    Requests requests(VirtualMachineSpec spec) {
        return Requests.of(spec, machineClass.milliCpuPerVcpu(milliCpuPerVcpu));
    }

    /** What it would have to ask for to fill such a pod: a class that has changed since counts from the next pod on. */
    Requests requests(VirtualMachineSpec spec, ReservedPod pod) {
        return pod.machineClass()
                .filter(by -> by.name().equals(spec.className()))
                .map(by -> Requests.of(spec, ClassChoice.milliCpuPerVcpu(by)))
                .orElseGet(() -> requests(spec));
    }

    ClaimFacts claim(String name) {
        return claims.getOrDefault(name, ClaimFacts.NONE);
    }
}
