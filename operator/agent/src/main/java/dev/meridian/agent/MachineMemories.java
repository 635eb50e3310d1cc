package dev.meridian.agent;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The memories of all machines of the node. */
final class MachineMemories {
    private final Map<UUID, MachineMemory> memories = new ConcurrentHashMap<>();

    MachineMemory of(UUID machine) {
        return memories.computeIfAbsent(machine, _ -> new MachineMemory());
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
