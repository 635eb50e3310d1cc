package dev.meridian.domain.plan;

import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.Machine;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The numbers of the threads that disks have of their own: a disk keeps its number, whatever others come and go. */
final class IoThreads {
    private IoThreads() {}

    static Map<String, Integer> of(Machine machine, Map<String, Integer> before) {
        var disks = machine.disks().stream()
                .filter(DiskShape::ioThread)
                .map(DiskShape::name)
                .toList();
        var numbers = new TreeMap<>(before);
        numbers.keySet().retainAll(disks);
        disks.forEach(disk -> numbers.computeIfAbsent(disk, _ -> free(numbers)));
        return numbers;
    }

    private static int free(Map<String, Integer> numbers) {
        return IntStream.iterate(1, number -> number + 1)
                .filter(number -> !numbers.containsValue(number))
                .findFirst()
                .orElseThrow();
    }
}
