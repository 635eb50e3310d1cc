package dev.meridian.domain.life;

import dev.meridian.api.v1alpha1.PowerVerbs;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A verb of spec.power. */
public enum Verb {
    start,
    stop,
    restart,
    reset,
    hibernate;

    /** The field that asks for it. */
    public String field() {
        return name() + "RequestedAt";
    }

    @Nullable
    String in(PowerVerbs verbs) {
        return switch (this) {
            case start -> verbs.startRequestedAt();
            case stop -> verbs.stopRequestedAt();
            case restart -> verbs.restartRequestedAt();
            case reset -> verbs.resetRequestedAt();
            case hibernate -> verbs.hibernateRequestedAt();
        };
    }

    PowerVerbs with(PowerVerbs verbs, @Nullable String at) {
        return new PowerVerbs(
                this == start ? at : verbs.startRequestedAt(),
                this == stop ? at : verbs.stopRequestedAt(),
                this == restart ? at : verbs.restartRequestedAt(),
                this == reset ? at : verbs.resetRequestedAt(),
                this == hibernate ? at : verbs.hibernateRequestedAt());
    }

    /** When it was asked for, unless that was acted on already. */
    Optional<Instant> pending(PowerVerbs requested, PowerVerbs done) {
        var last = Optional.ofNullable(in(done)).map(Instant::parse);
        return Optional.ofNullable(in(requested))
                .map(Instant::parse)
                .filter(at -> last.isEmpty() || at.isAfter(last.get()));
    }
}
