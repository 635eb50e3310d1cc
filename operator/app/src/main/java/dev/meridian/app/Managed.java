package dev.meridian.app;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a process of ours tells of itself.
 *
 * @param stuck why only a new process would help; empty as long as this one makes progress, or would if libvirt and the
 *     API server were there
 * @param notReady why it does not work at this moment; empty when it does
 * @param metrics in Prometheus' text format
 */
record Managed(Supplier<Optional<String>> stuck, Supplier<Optional<String>> notReady, Supplier<String> metrics) {
    /** Before its parts are put together, for which it needs the API server. */
    static final Managed STARTING = new Managed(Optional::empty, () -> Optional.of("it starts"), () -> "");
}
