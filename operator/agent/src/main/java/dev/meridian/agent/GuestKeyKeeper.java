package dev.meridian.agent;

import dev.meridian.domain.guest.AuthorizedKeys;
import dev.meridian.domain.guest.KeyPlan;
import dev.meridian.domain.guest.Propagated;
import dev.meridian.libvirt.CommandConnections;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.Lanes;
import dev.meridian.libvirt.LibvirtException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Has guests' agents keep our lines in users' files {@code authorized_keys} in step with what specs give them. */
final class GuestKeyKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(GuestKeyKeeper.class);

    private final LibvirtLink link;
    private final Lanes lanes;
    private final InstantSource clock;
    private final Consumer<UUID> changed;

    /**
     * A keeper of no keys yet.
     *
     * @param lanes of calls that wait for guests' agents
     * @param changed told the machine of whose guest's keys there is news
     */
    GuestKeyKeeper(LibvirtLink link, Lanes lanes, InstantSource clock, Consumer<UUID> changed) {
        this.link = link;
        this.lanes = lanes;
        this.clock = clock;
        this.changed = changed;
    }

    /** Which keys the guest is to have by now. */
    void seen(UUID machine, MachineMemory memory, KeyPlan plan) {
        var session = link.session();
        if (session.isEmpty() || !memory.guest().isConnected()) {
            return;
        }
        var keys = memory.report().keys();
        keys.begin(plan, clock.instant()).ifPresent(round -> {
            var call = session.get().commands().call();
            try {
                lanes.submit(
                        machine,
                        "keys of guest " + machine,
                        () -> call.answer(connection -> bring(connection, machine, plan)),
                        outcome -> {
                            if (keys.ended(round, propagated(machine, call, outcome))) {
                                changed.accept(machine);
                            }
                        });
            } catch (RejectedExecutionException _) { // closed
                Thread.currentThread().interrupt();
            }
        });
    }

    private static Propagated bring(Connection connection, UUID machine, KeyPlan plan) {
        var found = connection.lookupByUUID(machine);
        if (found.isEmpty()) {
            return new Propagated.NotYet();
        }
        try (var domain = found.get()) {
            var agent = new GuestAgent(domain);
            return plan.byUser().entrySet().stream()
                    .flatMap(user -> bring(agent, user.getKey(), user.getValue()).stream())
                    .reduce((first, _) -> first)
                    .orElseGet(Propagated.Done::new);
        }
    }

    /** What one user's file cannot have, others' may. */
    private static Optional<Propagated> bring(GuestAgent agent, String user, SortedSet<String> wished) {
        try {
            var change = AuthorizedKeys.change(agent.authorizedKeys(user), wished);
            if (!change.isNone()) {
                agent.removeAuthorizedKeys(user, AuthorizedKeys.endingTheFile(change.removed()));
                agent.addAuthorizedKeys(user, AuthorizedKeys.endingTheFile(change.added()));
            }
            return Optional.empty();
        } catch (LibvirtException e) {
            if (e.is(ErrorKind.INTERNAL_ERROR)) {
                return Optional.of(Propagated.Failed.of("user %s: %s".formatted(user, e.message())));
            }
            throw e;
        }
    }

    private static Propagated propagated(UUID machine, CommandConnections.Call call, LaneOutcome<Propagated> outcome) {
        return switch (outcome) {
            case LaneOutcome.Returned<Propagated>(var answer) -> answer;
            case LaneOutcome.Overdue<Propagated> _ -> {
                call.abandon();
                yield Propagated.Failed.of("libvirt does not come back");
            }
            case LaneOutcome.Failed<Propagated>(var cause) -> {
                LOG.atLevel(cause instanceof LibvirtException ? Level.DEBUG : Level.ERROR)
                        .addKeyValue("machine", machine)
                        .setCause(cause)
                        .log("the guest was not brought its keys");
                yield Propagated.Failed.of(cause instanceof LibvirtException e ? e.message() : cause.toString());
            }
        };
    }
}
