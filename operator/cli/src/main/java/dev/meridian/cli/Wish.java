package dev.meridian.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.domain.life.Verb;
import dev.meridian.domain.life.Verbs;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a person wishes of a machine, and which fields of its spec say so. */
@SuppressWarnings("ImmutableEnumChecker") // Set.of() is immutable
enum Wish {
    start("Starts machines.", Verb.start, Set.of(RunStrategy.Always, RunStrategy.RerunOnFailure, RunStrategy.Manual)),
    stop(
            "Stops machines, as their stopMode says.",
            Verb.stop,
            Set.of(RunStrategy.Halted, RunStrategy.RerunOnFailure, RunStrategy.Manual)),
    restart("Stops machines and starts them with all that was changed meanwhile.", Verb.restart, Set.of()),
    reset("Presses machines' reset button.", Verb.reset, Set.of()),
    pause("Has machines' virtual CPUs stand still.", null, Set.of()),
    resume("Lets paused machines go on.", null, Set.of());

    private final String header;
    private final Optional<Verb> verb;
    private final Set<RunStrategy> strategies;

    Wish(String header, @Nullable Verb verb, Set<RunStrategy> strategies) {
        this.header = header;
        this.verb = Optional.ofNullable(verb);
        this.strategies = strategies;
    }

    String header() {
        return header;
    }

    /** Which of spec's fields it writes. */
    String description() {
        return verb.map(asked -> "Writes spec.power." + asked.field()
                        + (strategies.isEmpty() ? "." : ", and spec.runStrategy with --run-strategy alone."))
                .orElse("Writes spec.paused.");
    }

    /** Those that may be asked for with it. */
    Set<RunStrategy> strategies() {
        return strategies;
    }

    /** What comes of a wish. */
    sealed interface Answer {
        /** @param fields that are written, with their values, as a person names them */
        record Write(ObjectNode spec, List<String> fields) implements Answer {
            public Write {
                fields = List.copyOf(fields);
            }
        }

        /** All is as wished already. */
        record Nothing(String why) implements Answer {}

        record Refused(String why) implements Answer {}
    }

    /** @param strategy what spec.runStrategy is to be from now on, where that was asked for */
    Answer of(MachineView machine, Optional<RunStrategy> strategy, Instant now) {
        return switch (this) {
            case pause, resume -> held(machine, this == pause);
            case start, stop ->
                strategy.filter(wanted -> wanted != machine.strategy())
                        .map(wanted -> under(wanted, machine, now))
                        .orElseGet(() -> power(machine, now));
            case restart, reset ->
                machine.powerState() == PowerState.Off && !machine.isAsked()
                        ? new Answer.Refused("it does not run (%s), and %s is for machines that do; start it"
                                .formatted(machine.state(), name()))
                        : write(machine, now);
        };
    }

    private static Answer held(MachineView machine, boolean isToStand) {
        if (machine.isPaused() == isToStand) {
            return new Answer.Nothing("spec.paused is %s already".formatted(isToStand));
        }
        return new Answer.Write(Json.object().put("paused", isToStand), List.of("spec.paused: " + isToStand));
    }

    private Answer under(RunStrategy wanted, MachineView machine, Instant now) {
        if (!strategies.contains(wanted)) {
            return new Answer.Refused("--run-strategy: %s does not go with %s; give one of %s"
                    .formatted(wanted, name(), names(strategies)));
        }
        var field = "spec.runStrategy: %s (was %s)".formatted(wanted, machine.strategy());
        if (!Verbs.isHeard(verb.orElseThrow(), wanted)) {
            return new Answer.Write(Json.object().put("runStrategy", wanted.name()), List.of(field));
        }
        var at = at(machine, now);
        var spec = power(at);
        spec.put("runStrategy", wanted.name());
        return new Answer.Write(spec, List.of(field, said(at)));
    }

    private Answer power(MachineView machine, Instant now) {
        var heard = Verbs.isHeard(verb.orElseThrow(), machine.strategy());
        if (isSo(machine) && (!heard || !machine.isAsked())) {
            return new Answer.Nothing(this == start ? "it runs already" : "it is off already");
        }
        return heard
                ? write(machine, now)
                : new Answer.Refused(
                        "spec.runStrategy: %s does not hear %s (%s); give --run-strategy %s, which writes that field"
                                .formatted(machine.strategy(), name(), why(machine), names(strategies)));
    }

    private boolean isSo(MachineView machine) {
        return switch (machine.powerState()) {
            case Running, Paused -> this == start;
            case Off -> this == stop && !(machine.strategy() == RunStrategy.Always);
            case Unknown -> false;
        };
    }

    private static String why(MachineView machine) {
        return switch (machine.strategy()) {
            case Always -> "it is started whenever it is off; now: %s".formatted(machine.state());
            case Halted -> "it is kept off";
            case Once -> "it is started once";
            case RerunOnFailure, Manual -> machine.state();
        };
    }

    private Answer write(MachineView machine, Instant now) {
        var at = at(machine, now);
        return new Answer.Write(power(at), List.of(said(at)));
    }

    private ObjectNode power(Instant at) {
        var spec = Json.object();
        spec.putObject("power").put(verb.orElseThrow().field(), at.toString());
        return spec;
    }

    private String said(Instant at) {
        return "spec.power.%s: %s".formatted(verb.orElseThrow().field(), at);
    }

    /** Later than every verb before it, whatever clock those were written by: an earlier one would not act. */
    private static Instant at(MachineView machine, Instant now) {
        var last = Stream.of(machine.requested(), machine.handled())
                .flatMap(verbs -> Stream.of(Verb.values()).map(verb -> verb.in(verbs)))
                .flatMap(text -> Verb.time(text).stream())
                .max(Instant::compareTo);
        var rounded = now.truncatedTo(ChronoUnit.MILLIS);
        return last.filter(before -> !before.isBefore(rounded))
                .map(before -> before.truncatedTo(ChronoUnit.MILLIS).plusMillis(1))
                .orElse(rounded);
    }

    private static String names(Set<RunStrategy> strategies) {
        return String.join(
                "|",
                Stream.of(RunStrategy.values())
                        .filter(strategies::contains)
                        .map(Enum::name)
                        .toList());
    }
}
