package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A device by which somebody at the machine's screen gives input. */
public record Input(
        @Required @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$") @Size(max = 63)
        String name,

        @Required InputType type,

        @JsonPropertyDescription("usb if left out.") @Nullable
        InputBus bus) {}
