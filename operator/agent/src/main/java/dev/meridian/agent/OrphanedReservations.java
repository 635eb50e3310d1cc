package dev.meridian.agent;

import dev.meridian.libvirt.LibvirtException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends reservations that were deleted while no machine of theirs is assigned to the node. The garbage collector deletes
 * those of a machine that was gone before it had its finalizer, and gives them their whole grace, which is a day.
 */
final class OrphanedReservations {
    private final ReservationPods pods;
    private final LibvirtLink link;
    private final Set<UUID> unanswered = ConcurrentHashMap.newKeySet();

    OrphanedReservations(ReservationPods pods, LibvirtLink link) {
        this.pods = pods;
        this.link = link;
    }

    /** A guest that runs here all the same, a stray, keeps its room. */
    void look(UUID machine) {
        var ending = pods.terminating(machine);
        if (ending.isEmpty()) {
            return;
        }
        try {
            var session = link.session();
            if (session.isEmpty()) {
                unanswered.add(machine);
            } else if (!isActive(session.get(), machine)) {
                ending.forEach(ReservationProcesses::end);
            }
        } catch (LibvirtException _) {
            unanswered.add(machine);
        }
    }

    /** libvirt may answer again. */
    void lookAgain() {
        var machines = List.copyOf(unanswered);
        unanswered.clear();
        machines.forEach(this::look);
    }

    private static boolean isActive(LibvirtSession session, UUID machine) {
        var found = session.reads().lookupByUUID(machine);
        if (found.isEmpty()) {
            return false;
        }
        try (var domain = found.get()) {
            return domain.isActive();
        }
    }
}
