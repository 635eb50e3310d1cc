package dev.meridian.agent;

import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.clock.GuestSyncRule;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the clocks of guests' operating systems by their agents, each minute, and has those set that are to be.
 */
final class GuestClockKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestClockKeeper.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(16);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final int SAMPLES = 5;

    private final GuestCalls guests;
    private final MachineMemories memories;
    private final InstantSource clock;
    private final Consumer<UUID> changed;
    private final Looks looks = new Looks("guest-clocks", LONGEST, this::look);

    /**
     * A keeper of no clock yet.
     *
     * @param changed told the machine of whose guest's clock there is news
     */
    GuestClockKeeper(GuestCalls guests, MachineMemories memories, InstantSource clock, Consumer<UUID> changed) {
        this.guests = guests;
        this.memories = memories;
        this.clock = clock;
        this.changed = changed;
    }

    void start() {
        looks.start();
    }

    /** The guest's agent is there, or the guest stood still: its clock is read at once, and then each minute. */
    void look(UUID machine) {
        looks.anew(Look.now(machine, INTERVAL));
    }

    /** How the guest's clock is to be kept by now; an agent that was there before us is asked from now on. */
    void seen(UUID machine, GuestMemory guest, GuestSyncRule rule) {
        if (guest.rule(rule) && guest.isConnected()) {
            look(machine);
        }
    }

    private void look(Look look) {
        var machine = look.machine();
        memories.find(machine)
                .map(MachineMemory::guest)
                .filter(GuestMemory::isConnected)
                .filter(guest -> !guests.ask(
                        machine,
                        "clock of the guest",
                        domain -> keep(domain, machine, guest),
                        outcome -> looks.again(next(look, outcome))))
                .ifPresent(_ -> looks.again(Look.in(machine, INTERVAL)));
    }

    private static Look next(Look look, LaneOutcome<Optional<Boolean>> outcome) {
        return switch (outcome) {
            case LaneOutcome.Returned<Optional<Boolean>> _ -> Look.in(look.machine(), INTERVAL);
            case LaneOutcome.Overdue<Optional<Boolean>> _ -> look.rarer(LONGEST);
            case LaneOutcome.Failed<Optional<Boolean>>(var cause) -> {
                LOG.atLevel(cause instanceof LibvirtException ? Level.DEBUG : Level.ERROR)
                        .addKeyValue("machine", look.machine())
                        .setCause(cause)
                        .log("the guest's clock was not read");
                yield look.rarer(LONGEST);
            }
        };
    }

    /** @return whether there is news */
    private boolean keep(Domain domain, UUID machine, GuestMemory guest) {
        domain.agentResponseTimeout(ANSWER);
        var reading = read(domain);
        reading.ifPresent(guest::read);
        var isSet = reading.flatMap(r -> guest.toSet(r).map(wanted -> set(domain, guest, r, wanted)))
                .orElse(false);
        var isNews = isSet || reading.filter(guest::isNews).isPresent();
        if (isNews) {
            changed.accept(machine);
        }
        return isNews;
    }

    private Optional<GuestReading> read(Domain domain) {
        var samples = new ArrayList<GuestReading.Sample>();
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(sample(domain));
        }
        return GuestReading.best(List.copyOf(samples))
                .map(reading -> new GuestReading(
                        reading.offset(), reading.error(), reading.at().truncatedTo(ChronoUnit.MILLIS)));
    }

    private GuestReading.Sample sample(Domain domain) {
        // In this order the guest looked at its clock surely within the round trip.
        var began = System.nanoTime();
        var sent = clock.instant();
        var guest = domain.time();
        var roundTrip = Duration.ofNanos(System.nanoTime() - began);
        return new GuestReading.Sample(guest, sent, clock.instant(), roundTrip);
    }

    /** @return whether there is something to tell of it */
    private boolean set(Domain domain, GuestMemory guest, GuestReading before, Duration wanted) {
        guest.setting(now());
        try {
            // What a question takes, half of that the command takes until the guest has it.
            domain.setTime(clock.instant().plus(wanted).plus(before.error()));
        } catch (LibvirtException e) {
            guest.notSet(e.message());
            return true;
        }
        var after = read(domain);
        guest.wasSet(
                now(),
                after.map(reading -> reading.offset().minus(before.offset())).orElse(wanted.minus(before.offset())));
        after.ifPresent(guest::read);
        after.ifPresent(guest::isNews);
        return true;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        looks.close();
    }
}
