package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.Numa;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which NUMA nodes a guest sees. */
public sealed interface NumaShape {
    /** It is told of none. */
    record None() implements NumaShape {}

    /** So many, to which its sockets go in turn. */
    record Cells(int count) implements NumaShape {}

    /** Those of its host, on which its own CPUs lie. */
    record OfHost() implements NumaShape {}

    static NumaShape of(@Nullable Numa numa) {
        return numa == null
                ? new None()
                : Optional.ofNullable(numa.cells()).<NumaShape>map(Cells::new).orElseGet(OfHost::new);
    }
}
