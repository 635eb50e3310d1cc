package dev.meridian.guard;

import dev.meridian.libvirt.DeadMansSwitch;
import dev.meridian.libvirt.HypervisorProcess;
import dev.meridian.libvirt.Tracer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guests that end with this process, which ends itself when the Lease is not renewed in time. */
final class HeldGuests {
    private static final Logger LOG = LoggerFactory.getLogger(HeldGuests.class);

    private final Function<UUID, Optional<HypervisorProcess>> processes;
    private final Duration lasts;
    private final Runnable changed;
    private final Map<UUID, HypervisorProcess> held = new HashMap<>();
    private final DeadMansSwitch deadline = new DeadMansSwitch();
    private final Tracer tracer = new Tracer(process -> Thread.ofVirtual().start(() -> ended(process)));
    private long endsAt;
    private boolean isLeaving;

    /**
     * None yet.
     *
     * @param processes that hold machines' guests
     * @param lasts how long a guest may live after the renewal that was sent last
     * @param changed told when others are held than before
     */
    HeldGuests(Function<UUID, Optional<HypervisorProcess>> processes, Duration lasts, Runnable changed) {
        this.processes = processes;
        this.lasts = lasts;
        this.changed = changed;
    }

    /**
     * The machine's guest ends with this process from now on.
     *
     * @throws IllegalStateException when that cannot be promised
     */
    synchronized void hold(UUID machine) {
        refusal().ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        var process = processes
                .apply(machine)
                .orElseThrow(() -> new IllegalStateException("no process of QEMU holds machine " + machine));
        if (process.equals(held.get(machine))) {
            return;
        }
        deadline.endsAt(endsAt);
        try {
            tracer.hold(process.pid());
            if (process.isDead()) { // its number is another's by now
                tracer.letGo(process.pid());
                throw new IllegalStateException("the process of machine %s has just ended".formatted(machine));
            }
            held.put(machine, process);
        } finally {
            settle();
        }
        LOG.atInfo()
                .addKeyValue("machine", machine)
                .addKeyValue("pid", process.pid())
                .log("the guest is held");
        changed.run();
    }

    /** Why none can be held now that is not. */
    synchronized Optional<String> refusal() {
        if (isLeaving) {
            return Optional.of("the guard is ending");
        }
        return endsAt - DeadMansSwitch.now() < lasts.dividedBy(2).toNanos()
                ? Optional.of("the guard's Lease was not renewed of late")
                : Optional.empty();
    }

    synchronized Set<UUID> machines() {
        return Set.copyOf(held.keySet());
    }

    /** @param sentAt when the renewal was, by {@link DeadMansSwitch#now()} */
    synchronized void renewed(long sentAt) {
        endsAt = sentAt + lasts.toNanos();
        settle();
    }

    /** None is held from now on. */
    synchronized void leave() {
        isLeaving = true;
    }

    /** They run on without this process: nobody counts on their end any more. */
    synchronized void letGo() {
        for (var guest : held.entrySet()) {
            tracer.letGo(guest.getValue().pid());
            LOG.atInfo().addKeyValue("machine", guest.getKey()).log("the guest is let go");
        }
        held.clear();
        settle();
    }

    private synchronized void ended(int process) {
        if (held.values().removeIf(one -> one.pid() == process && one.isDead())) {
            settle();
            changed.run();
        }
    }

    private void settle() {
        if (held.isEmpty()) {
            deadline.unset();
        } else {
            deadline.endsAt(endsAt);
        }
    }
}
