package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A command in the guest, which the guest agent runs. */
public record ExecProbe(
        @JsonPropertyDescription("The program and its arguments; no shell is around them.")
        @Required
        @Size(min = 1, max = 32)
        List<@Size(max = 1024) String> command) {
    public ExecProbe {
        command = command == null ? List.of() : List.copyOf(command);
    }
}
