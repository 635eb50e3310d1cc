package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** What a node's copies of images may take. */
public record ImageCacheLimits(
        @JsonPropertyDescription(
                "Of all together; the least that a policy of the node says. Left out: as much as leaves a"
                        + " twentieth of the file system free, 5 GiB at most.")
        @ValidationRule(
                value = "quantity(string(self)).compareTo(quantity('1Mi')) >= 0",
                message = "imageCache.maxBytes: give at least 1Mi")
        @Nullable
        Quantity maxBytes) {}
