package dev.meridian.agent;

import dev.meridian.domain.machine.Identity;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The machines that the controller assigned to the node, as far as they were looked at. */
final class AssignedMachines {
    private final Map<UUID, Identity> machines = new ConcurrentHashMap<>();
    private final Listener listener;

    /** Who wants to know. */
    interface Listener {
        void came(Identity machine);

        void left(UUID machine);
    }

    AssignedMachines(Listener listener) {
        this.listener = listener;
    }

    void seen(Identity machine) {
        if (machines.put(machine.uid(), machine) == null) {
            listener.came(machine);
        }
    }

    /** Whatever had that name: it may have a new machine by now. */
    void left(String namespace, String name) {
        for (var machine : all()) {
            if (machine.namespace().equals(namespace)
                    && machine.name().equals(name)
                    && machines.remove(machine.uid(), machine)) {
                listener.left(machine.uid());
            }
        }
    }

    /**
     * Those that the informer has no more have left. Java Operator SDK may keep it to itself: a deletion that it hears of
     * while a look fails, followed by any other event, is overwritten by that (ResourceState.markEventReceived).
     */
    void keep(Predicate<Identity> isKnown) {
        all().stream()
                .filter(machine -> !isKnown.test(machine))
                .toList()
                .forEach(machine -> left(machine.namespace(), machine.name()));
    }

    boolean contains(UUID machine) {
        return machines.containsKey(machine);
    }

    Optional<Identity> find(UUID machine) {
        return Optional.ofNullable(machines.get(machine));
    }

    Collection<Identity> all() {
        return machines.values();
    }
}
