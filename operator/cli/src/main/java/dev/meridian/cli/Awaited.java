package dev.meridian.cli;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.PowerState;
import java.util.Locale;

/** What is waited for: {@code --for}. */
sealed interface Awaited {
    /** A state of the machine, when its status tells of its newest spec and no verb is open. */
    record State(Name name) implements Awaited {
        enum Name {
            Running,
            Stopped,
            Paused
        }

        @Override
        public boolean isMet(MachineView machine) {
            if (!machine.isObserved() || machine.isAsked()) {
                return false;
            }
            return switch (name) {
                case Running ->
                    machine.powerState() == PowerState.Running
                            && machine.state().equals("Running");
                case Paused -> machine.powerState() == PowerState.Paused;
                case Stopped ->
                    machine.powerState() == PowerState.Off && machine.state().equals("Stopped");
            };
        }
    }

    /** A condition of the status that is told of the newest spec. */
    record OfCondition(String type, String status) implements Awaited {
        @Override
        public boolean isMet(MachineView machine) {
            return machine.isObserved()
                    && !machine.isAsked()
                    && machine.condition(type)
                            .map(Condition::status)
                            .filter(is -> is.name().equals(status))
                            .isPresent();
        }
    }

    /** The object is gone. */
    record Deleted() implements Awaited {
        @Override
        public boolean isMet(MachineView machine) {
            return false;
        }
    }

    boolean isMet(MachineView machine);

    /** {@code Running}, {@code delete}, {@code Ready}, or kubectl's {@code condition=Ready=False}. */
    static Awaited parse(String text) {
        for (var name : State.Name.values()) {
            if (name.name().equalsIgnoreCase(text)) {
                return new State(name);
            }
        }
        if (text.equalsIgnoreCase("delete") || text.equalsIgnoreCase("deleted")) {
            return new Deleted();
        }
        var parts = text.replaceFirst("^condition=", "").split("=", 2);
        if (!parts[0].matches("[A-Za-z][A-Za-z0-9]*")) {
            throw Failure.error(
                    ("--for: \"%s\" is nothing to wait for; give Running, Stopped, Paused, delete or a condition such as"
                                    + " Ready or GuestReady=False")
                            .formatted(text));
        }
        var status = parts.length == 1 ? "True" : capital(parts[1]);
        if (!status.matches("True|False|Unknown")) {
            throw Failure.error(
                    "--for: \"%s\" is no status of a condition; give True, False or Unknown".formatted(parts[1]));
        }
        return new OfCondition(capital(parts[0]), status);
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
