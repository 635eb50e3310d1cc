package dev.meridian.cli;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which objects of which namespaces are read. */
final class ReadFlags {
    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Of all namespaces.")
    private boolean all;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            description = "Only those with these labels, such as app=shop.")
    private @Nullable String selector;

    boolean isOfAll() {
        return all;
    }

    Optional<String> namespace(Cluster cluster) {
        return all ? Optional.empty() : Optional.of(cluster.namespace());
    }

    Map<String, String> query() {
        return selector == null ? Map.of() : Map.of("labelSelector", selector);
    }

    String nothing(Cluster cluster) {
        return all ? "No resources found" : "No resources found in %s namespace.".formatted(cluster.namespace());
    }
}
