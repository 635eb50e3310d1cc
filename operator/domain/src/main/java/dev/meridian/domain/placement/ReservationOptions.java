package dev.meridian.domain.placement;

import dev.meridian.domain.machine.Requests;
import org.jspecify.annotations.Nullable;

/** What an administrator decides about reservations. */
public record ReservationOptions(
        String image, long milliCpuPerVcpu, @Nullable String schedulerName) {
    public static final ReservationOptions DEFAULT =
            new ReservationOptions("meridian/reservation:dev", Requests.DEFAULT_MILLI_CPU_PER_VCPU, null);

    public ReservationOptions {
        if (image.isBlank()) {
            throw new IllegalArgumentException("reservation image: blank; name an image whose sleep is on its path");
        }
        if (milliCpuPerVcpu < 0) {
            throw new IllegalArgumentException("milliCpuPerVcpu: " + milliCpuPerVcpu + " is negative");
        }
    }
}
