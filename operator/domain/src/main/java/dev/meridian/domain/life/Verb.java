package dev.meridian.domain.life;

import dev.meridian.api.v1alpha1.PowerVerbs;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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

    public @Nullable String in(PowerVerbs verbs) {
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

    /** A text that is no time asks for nothing. */
    public static Optional<Instant> time(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /** When it was asked for, unless that was acted on already. */
    public Optional<Instant> pending(PowerVerbs requested, PowerVerbs done) {
        var last = time(in(done));
        return time(in(requested)).filter(at -> last.isEmpty() || at.isAfter(last.get()));
    }
}
