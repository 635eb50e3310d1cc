package dev.meridian.agent;

import dev.meridian.domain.guest.AuthorizedKeys;
import dev.meridian.domain.guest.KeyPlan;
import dev.meridian.domain.guest.Propagated;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.LibvirtException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Has guests' agents keep our lines in users' files {@code authorized_keys} in step with what specs give them. */
final class GuestKeyKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(GuestKeyKeeper.class);

    private final GuestCalls guests;
    private final InstantSource clock;
    private final Consumer<UUID> changed;

    /**
     * A keeper of no keys yet.
     *
     * @param changed told the machine of whose guest's keys there is news
     */
    GuestKeyKeeper(GuestCalls guests, InstantSource clock, Consumer<UUID> changed) {
        this.guests = guests;
        this.clock = clock;
        this.changed = changed;
    }

    /** Which keys the guest is to have by now. */
    void seen(UUID machine, MachineMemory memory, KeyPlan plan) {
        if (memory.guest().isConnected()) {
            var keys = memory.report().keys();
            keys.begin(plan, clock.instant()).ifPresent(round -> bring(machine, plan, keys, round));
        }
    }

    private void bring(UUID machine, KeyPlan plan, KeyMemory keys, long round) {
        var isAsked = guests.ask(machine, "keys of the guest", domain -> bring(domain, plan), outcome -> {
            if (keys.ended(round, propagated(machine, outcome))) {
                changed.accept(machine);
            }
        });
        if (!isAsked) {
            var _ = keys.ended(round, new Propagated.NotYet());
        }
    }

    private static Propagated bring(Domain domain, KeyPlan plan) {
        var agent = new GuestAgent(domain);
        return plan.byUser().entrySet().stream()
                .flatMap(user -> bring(agent, user.getKey(), user.getValue()).stream())
                .reduce((first, _) -> first)
                .orElseGet(Propagated.Done::new);
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

    private static Propagated propagated(UUID machine, LaneOutcome<Optional<Propagated>> outcome) {
        return switch (outcome) {
            case LaneOutcome.Returned<Optional<Propagated>>(var answer) -> answer.orElseGet(Propagated.NotYet::new);
            case LaneOutcome.Overdue<Optional<Propagated>> _ -> Propagated.Failed.of("libvirt does not come back");
            case LaneOutcome.Failed<Optional<Propagated>>(var cause) -> {
                LOG.atLevel(cause instanceof LibvirtException ? Level.DEBUG : Level.ERROR)
                        .addKeyValue("machine", machine)
                        .setCause(cause)
                        .log("the guest was not brought its keys");
                yield Propagated.Failed.of(cause instanceof LibvirtException e ? e.message() : cause.toString());
            }
        };
    }
}
