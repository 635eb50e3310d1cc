package dev.meridian.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which ends of a machine's hypervisor process have a cause of ours. */
final class ExplainedEnds {
    /** A start may still be under way for so long after its process appeared. */
    private static final Duration STARTING = Duration.ofSeconds(10);

    private ExplainedEnds() {}

    /** A process of a machine, from when it was first seen to when it was gone. */
    record Life(Instant appeared, Instant ended) {}

    /**
     * What may end one process of a machine, once, between two times.
     *
     * @param onlyStarting ends only a process of which the start is still under way
     */
    record Cause(String what, Instant from, Instant to, boolean onlyStarting) {
        private boolean explains(Life life) {
            return !life.ended().isBefore(from)
                    && !life.ended().isAfter(to)
                    && (!onlyStarting || life.appeared().plus(STARTING).isAfter(from));
        }
    }

    /** Each cause serves for one end: the end takes the cause that is over first. */
    static List<Life> without(List<Cause> causes, List<Life> lives) {
        var left = new ArrayList<>(causes);
        return lives.stream()
                .sorted(Comparator.comparing(Life::ended))
                .filter(life -> left.stream()
                        .filter(cause -> cause.explains(life))
                        .min(Comparator.comparing(Cause::onlyStarting)
                                .reversed()
                                .thenComparing(Cause::to))
                        .map(cause -> !left.remove(cause))
                        .orElse(true))
                .toList();
    }
}
