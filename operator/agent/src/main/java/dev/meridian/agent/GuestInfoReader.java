package dev.meridian.agent;

import dev.meridian.libvirt.CommandConnections;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.Lanes;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.RejectedExecutionException;
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

    private final LibvirtLink link;
    private final MachineMemories memories;
    private final Lanes lanes;
    private final Consumer<UUID> changed;
    private final DelayQueue<Look> looks = new DelayQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("guest-infos").unstarted(this::run);

    /**
     * A reader of nothing yet.
     *
     * @param lanes of calls that wait for guests' agents
     * @param changed told the machine of whose guest there is news
     */
    GuestInfoReader(LibvirtLink link, MachineMemories memories, Lanes lanes, Consumer<UUID> changed) {
        this.link = link;
        this.memories = memories;
        this.lanes = lanes;
        this.changed = changed;
    }

    void start() {
        thread.start();
    }

    /** Something happened after which the guest tells something else: looks begin anew. */
    void look(UUID machine) {
        looks.removeIf(look -> look.machine().equals(machine));
        looks.add(Look.now(machine, FIRST.dividedBy(2)));
    }

    /** An agent that has come, or was there before us, is asked from now on. */
    void seen(UUID machine, MachineMemory memory) {
        if (memory.guest().isConnected() && memory.report().begin()) {
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
        var memory = memories.find(look.machine())
                .filter(machine -> machine.guest().isConnected())
                .map(MachineMemory::report);
        if (memory.isEmpty()) {
            return;
        }
        var session = link.session();
        if (session.isEmpty()) {
            again(look.rarer(LONGEST));
            return;
        }
        var call = session.get().commands().call();
        try {
            lanes.submit(
                    look.machine(),
                    "what guest " + look.machine() + " tells",
                    () -> read(call, look.machine(), memory.get()),
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
        switch (outcome) {
            case LaneOutcome.Returned<Boolean> _ -> {}
            case LaneOutcome.Overdue<Boolean> _ -> call.abandon();
            case LaneOutcome.Failed<Boolean>(var cause) ->
                LOG.atLevel(cause instanceof LibvirtException ? Level.DEBUG : Level.ERROR)
                        .addKeyValue("machine", look.machine())
                        .setCause(cause)
                        .log("the guest told nothing of itself");
        }
        return look.rarer(LONGEST);
    }

    private boolean read(CommandConnections.Call call, UUID machine, ReportMemory memory) {
        call.run(connection -> {
            var found = connection.lookupByUUID(machine);
            if (found.isPresent()) {
                try (var domain = found.get()) {
                    if (memory.told(new GuestAgent(domain).info())) {
                        changed.accept(machine);
                    }
                }
            }
        });
        return true;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
