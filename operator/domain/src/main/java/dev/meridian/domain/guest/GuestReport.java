package dev.meridian.domain.guest;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a running guest by asking it.
 *
 * @param info what its agent last told; empty until it has
 * @param run start of the run of which the probes tell
 * @param keys what came of bringing public keys
 */
public record GuestReport(
        Optional<GuestInfo> info, @Nullable Instant run, Probed readiness, Probed liveness, Propagated keys) {
    public static final GuestReport NONE = new GuestReport(
            Optional.empty(), null, new Probed.Unknown(), new Probed.Unknown(), new Propagated.NotYet());
}
