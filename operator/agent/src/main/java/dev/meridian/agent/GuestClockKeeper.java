package dev.meridian.agent;

import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.clock.GuestSyncRule;
import dev.meridian.libvirt.CommandConnections;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.Lanes;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the clocks of guests' operating systems by their agents, each minute, and has those set that are to be.
 *
 * <p>A guest agent may answer late, never, or nonsense: calls to agents have lanes and deadlines of their own, and nothing
 * else of a machine waits for them.
 */
final class GuestClockKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestClockKeeper.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(16);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final int SAMPLES = 5;

    private final LibvirtLink link;
    private final MachineMemories memories;
    private final InstantSource clock;
    private final Consumer<UUID> changed;
    private final Lanes lanes;
    private final DelayQueue<Look> looks = new DelayQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("guest-clocks").unstarted(this::run);

    /**
     * A keeper of no clock yet.
     *
     * @param lanes of calls that wait for guests' agents
     * @param changed told the machine of whose guest's clock there is news
     */
    GuestClockKeeper(
            LibvirtLink link, MachineMemories memories, Lanes lanes, InstantSource clock, Consumer<UUID> changed) {
        this.link = link;
        this.memories = memories;
        this.lanes = lanes;
        this.clock = clock;
        this.changed = changed;
    }

    void start() {
        thread.start();
    }

    /** The guest's agent is there, or the guest stood still: its clock is read at once, and then each minute. */
    void look(UUID machine) {
        looks.removeIf(look -> look.machine().equals(machine));
        looks.add(Look.now(machine, INTERVAL));
    }

    /** How the guest's clock is to be kept by now; an agent that was there before us is asked from now on. */
    void seen(UUID machine, GuestMemory guest, GuestSyncRule rule) {
        if (guest.rule(rule) && guest.isConnected()) {
            look(machine);
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look(looks.take());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Look look) {
        var guest = memories.find(look.machine()).map(MachineMemory::guest).filter(GuestMemory::isConnected);
        if (guest.isEmpty()) {
            return;
        }
        var session = link.session();
        if (session.isEmpty()) {
            again(Look.in(look.machine(), INTERVAL));
            return;
        }
        var call = session.get().commands().call();
        try {
            lanes.submit(
                    look.machine(),
                    "clock of guest " + look.machine(),
                    () -> keep(call, look.machine(), guest.get()),
                    outcome -> again(next(look, call, outcome)));
        } catch (RejectedExecutionException _) { // closed
            Thread.currentThread().interrupt();
        }
    }

    /** One that was asked for meanwhile comes earlier. */
    private void again(Look next) {
        if (looks.stream().noneMatch(look -> look.machine().equals(next.machine()))) {
            looks.add(next);
        }
    }

    private static Look next(Look look, CommandConnections.Call call, LaneOutcome<Boolean> outcome) {
        return switch (outcome) {
            case LaneOutcome.Returned<Boolean> _ -> Look.in(look.machine(), INTERVAL);
            case LaneOutcome.Overdue<Boolean> _ -> {
                call.abandon();
                yield look.rarer(LONGEST);
            }
            case LaneOutcome.Failed<Boolean>(var cause) -> {
                LOG.atLevel(cause instanceof LibvirtException ? Level.DEBUG : Level.ERROR)
                        .addKeyValue("machine", look.machine())
                        .setCause(cause)
                        .log("the guest's clock was not read");
                yield look.rarer(LONGEST);
            }
        };
    }

    private boolean keep(CommandConnections.Call call, UUID machine, GuestMemory guest) {
        call.run(connection -> keep(connection, machine, guest));
        return true;
    }

    private void keep(Connection connection, UUID machine, GuestMemory guest) {
        var found = connection.lookupByUUID(machine);
        if (found.isEmpty()) {
            return;
        }
        try (var domain = found.get()) {
            domain.agentResponseTimeout(ANSWER);
            var reading = read(domain);
            reading.ifPresent(guest::read);
            var isSet = reading.flatMap(r -> guest.toSet(r).map(wanted -> set(domain, guest, r, wanted)))
                    .orElse(false);
            if (isSet || reading.filter(guest::isNews).isPresent()) {
                changed.accept(machine);
            }
        }
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
        thread.interrupt();
    }
}
