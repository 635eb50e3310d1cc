package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A console beside the serial one that every machine has. */
public record Console(
        @Required @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$") @Size(max = 63)
        String name,

        @JsonPropertyDescription(
                "Virtio if left out. The guest counts each type by itself, in the order of this list: hvc0, hvc1; ttyS1, ttyS2.")
        @Nullable
        ConsoleType type) {
    /** A PC has four serial ports, and the first is every machine's. */
    public static final int MOST_SERIAL = 3;
}
