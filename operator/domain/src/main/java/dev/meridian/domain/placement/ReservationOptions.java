package dev.meridian.domain.placement;

import dev.meridian.domain.machine.Requests;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's reservation is made of beside its spec.
 *
 * @param imageSecrets names of the Secrets with which the images of its disks are fetched
 */
public record ReservationOptions(
        String image, long milliCpuPerVcpu, @Nullable String schedulerName, Set<String> imageSecrets) {
    public static final ReservationOptions DEFAULT =
            new ReservationOptions("meridian/reservation:dev", Requests.DEFAULT_MILLI_CPU_PER_VCPU, null, Set.of());

    public ReservationOptions {
        if (image.isBlank()) {
            throw new IllegalArgumentException("reservation image: blank; name an image whose sleep is on its path");
        }
        if (milliCpuPerVcpu < 0) {
            throw new IllegalArgumentException("milliCpuPerVcpu: " + milliCpuPerVcpu + " is negative");
        }
        imageSecrets = new TreeSet<>(imageSecrets);
    }

    public ReservationOptions withImageSecrets(Set<String> names) {
        return new ReservationOptions(image, milliCpuPerVcpu, schedulerName, names);
    }
}
