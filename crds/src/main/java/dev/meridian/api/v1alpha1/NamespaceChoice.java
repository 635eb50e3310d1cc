package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Namespaces by name, by label, or both. */
@ValidationRule(
        value = "has(self.names) || has(self.selector)",
        message = "namespaces: empty; give names, a selector, or both")
public record NamespaceChoice(
        @Size(max = 256) @Nullable List<@Size(max = 63) String> names,

        @JsonPropertyDescription("Labels that the namespace must carry; {} is every namespace.") @Nullable
        NamespaceSelector selector) {}
