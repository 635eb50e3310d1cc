package dev.meridian.agent;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The memories of all machines of the node. */
final class MachineMemories {
    private final Map<UUID, MachineMemory> memories = new ConcurrentHashMap<>();
    private final ClockChanges clockChanges;

    MachineMemories(ClockChanges clockChanges) {
        this.clockChanges = clockChanges;
    }

    MachineMemory of(UUID machine) {
        return memories.computeIfAbsent(machine, _ -> new MachineMemory(clockChanges));
    }

    Optional<MachineMemory> find(UUID machine) {
        return Optional.ofNullable(memories.get(machine));
    }

    Set<UUID> machines() {
        return Set.copyOf(memories.keySet());
    }

    void forget(UUID machine) {
        memories.remove(machine);
    }
}
