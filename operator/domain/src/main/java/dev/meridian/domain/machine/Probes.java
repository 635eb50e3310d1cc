package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.HttpGetProbe;
import dev.meridian.api.v1alpha1.HttpScheme;
import dev.meridian.api.v1alpha1.Probe;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The door at which a spec's probe gets its defaults. */
final class Probes {
    private Probes() {}

    /** Empty without a handler, which the schema does not let past. */
    static Optional<ProbeShape> of(@Nullable Probe probe) {
        return Optional.ofNullable(probe).flatMap(Probes::shape);
    }

    private static Optional<ProbeShape> shape(Probe probe) {
        return question(probe)
                .map(question -> new ProbeShape(
                        question,
                        seconds(probe.initialDelaySeconds(), 0),
                        seconds(probe.periodSeconds(), 10),
                        seconds(probe.timeoutSeconds(), 1),
                        Objects.requireNonNullElse(probe.successThreshold(), 1),
                        Objects.requireNonNullElse(probe.failureThreshold(), 3)));
    }

    private static Optional<ProbeShape.Question> question(Probe probe) {
        if (probe.exec() != null) {
            return Optional.of(new ProbeShape.Exec(probe.exec().command()));
        }
        if (probe.tcpSocket() != null) {
            return Optional.of(new ProbeShape.Tcp(probe.tcpSocket().port()));
        }
        if (probe.httpGet() != null) {
            return Optional.of(http(probe.httpGet()));
        }
        return Optional.ofNullable(probe.guestAgentPing()).map(_ -> new ProbeShape.Ping());
    }

    private static ProbeShape.Http http(HttpGetProbe get) {
        return new ProbeShape.Http(
                get.port(),
                Objects.requireNonNullElse(get.path(), "/"),
                Objects.requireNonNullElse(get.scheme(), HttpScheme.HTTP),
                Objects.requireNonNullElse(get.httpHeaders(), List.of()));
    }

    private static Duration seconds(@Nullable Integer given, int otherwise) {
        return Duration.ofSeconds(Objects.requireNonNullElse(given, otherwise));
    }
}
