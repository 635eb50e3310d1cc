package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A CPU feature by libvirt's name. */
public record CpuFeature(
        @Required @Pattern("^[a-z0-9][a-z0-9._-]*$") @Size(max = 63)
        String name,

        @Default("require") @Nullable CpuFeaturePolicy policy) {}
