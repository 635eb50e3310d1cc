package dev.meridian.controller;

import dev.meridian.domain.certificate.Lifetimes;
import dev.meridian.domain.placement.ClassChoice;
import dev.meridian.domain.placement.MigrationTraffic;
import dev.meridian.domain.placement.NodeChoice;
import dev.meridian.domain.placement.ReservationOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a controller works.
 *
 * @param identity what the election's Lease says of its holder: one per process
 * @param leaseDuration after which a leader that is not heard of is replaced
 * @param migrations how many guests go to other nodes at a time
 * @param certificates how long those are valid that nodes get for migrations; none are issued without
 * @param resyncPeriod after which every machine is looked at again, for what an event may have missed
 */
public record ControllerOptions(
        String reservationImage,
        long milliCpuPerVcpu,
        @Nullable String schedulerName,
        String identity,
        Duration leaseDuration,
        Duration resyncPeriod,
        MigrationTraffic.Limits migrations,
        Optional<Lifetimes> certificates) {
    public ControllerOptions {
        if (identity.isBlank()) {
            throw new IllegalArgumentException("identity: blank; give each controller process its own");
        }
    }

    public static ControllerOptions of(String identity) {
        var reservation = ReservationOptions.DEFAULT;
        return new ControllerOptions(
                reservation.image(),
                reservation.milliCpuPerVcpu(),
                reservation.schedulerName(),
                identity,
                Duration.ofSeconds(15),
                Duration.ofMinutes(10),
                MigrationTraffic.Limits.USUAL,
                Optional.of(Lifetimes.USUAL));
    }

    ReservationOptions reservation() {
        return new ReservationOptions(
                reservationImage,
                milliCpuPerVcpu,
                schedulerName,
                new ClassChoice.None(),
                Set.of(),
                Map.of(),
                NodeChoice.ANY,
                List.of());
    }
}
