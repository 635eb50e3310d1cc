package dev.meridian.app;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a process of ours tells of itself.
 *
 * @param notReady why it does not work at this moment; empty when it does
 * @param metrics in Prometheus' text format
 */
record Managed(Supplier<Optional<String>> notReady, Supplier<String> metrics) {
    /** Before its parts are put together, for which it needs the API server. */
    static final Managed STARTING = new Managed(() -> Optional.of("it starts"), () -> "");
}
