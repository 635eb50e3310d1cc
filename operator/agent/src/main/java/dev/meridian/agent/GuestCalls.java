package dev.meridian.agent;

import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.Lanes;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Questions to guests' agents, which may answer late, never, or nonsense: nothing else waits for them. */
final class GuestCalls {
    private final LibvirtLink link;
    private final Lanes lanes;

    /** @param lanes closed by who made them: then nothing is asked, or answered, any more */
    GuestCalls(LibvirtLink link, Lanes lanes) {
        this.link = link;
        this.lanes = lanes;
    }

    /**
     * Asks one.
     *
     * @param what said when it does not come back, with the machine
     * @param question of the running domain
     * @param answered has the answer: none when there is no such domain any more
     * @return whether libvirt is there to be asked
     */
    <T> boolean ask(
            UUID machine, String what, Function<Domain, T> question, Consumer<LaneOutcome<Optional<T>>> answered) {
        var session = link.session();
        if (session.isEmpty()) {
            return false;
        }
        var call = session.get().commands().call();
        try {
            lanes.<Optional<T>>submit(
                    machine,
                    "%s of %s".formatted(what, machine),
                    () -> call.answer(connection -> {
                        var found = connection.lookupByUUID(machine);
                        if (found.isEmpty()) {
                            return Optional.empty();
                        }
                        try (var domain = found.get()) {
                            return Optional.of(question.apply(domain));
                        }
                    }),
                    outcome -> {
                        if (outcome instanceof LaneOutcome.Overdue<Optional<T>>) {
                            call.abandon();
                        }
                        answered.accept(outcome);
                    });
        } catch (RejectedExecutionException _) { // closed
        }
        return true;
    }
}
