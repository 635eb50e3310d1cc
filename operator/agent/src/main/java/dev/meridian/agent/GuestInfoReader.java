package dev.meridian.agent;

import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Asks guests' agents what they tell of their guests. No event says that it changed, so an agent is asked often after
 * it has come, while the guest boots, and ever more rarely later.
 */
final class GuestInfoReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestInfoReader.class);
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final GuestCalls guests;
    private final MachineMemories memories;
    private final Consumer<UUID> changed;
    private final Looks looks = new Looks("guest-infos", LONGEST, this::look);

    /**
     * A reader of nothing yet.
     *
     * @param changed told the machine of whose guest there is news
     */
    GuestInfoReader(GuestCalls guests, MachineMemories memories, Consumer<UUID> changed) {
        this.guests = guests;
        this.memories = memories;
        this.changed = changed;
    }

    void start() {
        looks.start();
    }

    /** Something happened after which the guest tells something else: looks begin anew. */
    void look(UUID machine) {
        looks.anew(Look.now(machine, FIRST.dividedBy(2)));
    }

    /** An agent that has come, or was there before us, is asked from now on. */
    void seen(UUID machine, MachineMemory memory) {
        if (memory.guest().isConnected() && memory.report().begin()) {
            look(machine);
        }
    }

    private void look(Look look) {
        var machine = look.machine();
        memories.find(machine)
                .filter(memory -> memory.guest().isConnected())
                .map(MachineMemory::report)
                .filter(report -> !guests.ask(
                        machine,
                        "what the guest tells",
                        domain -> read(domain, machine, report),
                        outcome -> looks.again(next(look, outcome))))
                .ifPresent(_ -> looks.again(look.rarer(LONGEST)));
    }

    private static Look next(Look look, LaneOutcome<Optional<Boolean>> outcome) {
        if (outcome instanceof LaneOutcome.Failed<Optional<Boolean>>(var cause)) {
            LOG.atLevel(cause instanceof LibvirtException ? Level.DEBUG : Level.ERROR)
                    .addKeyValue("machine", look.machine())
                    .setCause(cause)
                    .log("the guest told nothing of itself");
        }
        return look.rarer(LONGEST);
    }

    /** @return whether there is news */
    private boolean read(Domain domain, UUID machine, ReportMemory report) {
        var isNews = report.told(new GuestAgent(domain).info());
        if (isNews) {
            changed.accept(machine);
        }
        return isNews;
    }

    @Override
    public void close() {
        looks.close();
    }
}
