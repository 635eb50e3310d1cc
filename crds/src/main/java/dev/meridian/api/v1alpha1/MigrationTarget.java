package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the node says to which the machine goes. Written by its agent. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationTarget(
        @Required MigrationTargetState state,

        @Size(max = 1024) @Nullable String message,

        @JsonPropertyDescription("Where other nodes reach its libvirt.") @Size(max = 512) @Nullable
        String libvirtURI,

        @JsonPropertyDescription("Where its QEMU listens for the guest's memory.") @Size(max = 512) @Nullable
        String migrationURI,

        @Nullable MigrationClock clock,

        @JsonPropertyDescription("The block devices that it has for the machine's claims.")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @Size(max = 256)
        List<MigrationDevice> devices) {
    public MigrationTarget {
        devices = devices == null ? List.of() : List.copyOf(devices);
    }

    /** How far it is. */
    public enum MigrationTargetState {
        @JsonPropertyDescription("It makes ready what the machine needs.")
        Preparing,
        @JsonPropertyDescription("All is there.")
        Ready,
        @JsonPropertyDescription("It cannot take the machine.")
        Refused
    }
}
