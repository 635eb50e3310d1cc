package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Namespaces by their labels. */
public record NamespaceSelector(@Size(max = 64) @Nullable Map<String, String> matchLabels) {}
