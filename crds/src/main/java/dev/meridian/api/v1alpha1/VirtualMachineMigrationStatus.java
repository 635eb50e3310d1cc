package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a migration goes: source and progress by the agent that the machine leaves, target by the other, the rest by the
 * controller. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VirtualMachineMigrationStatus(
        @Nullable Long observedGeneration,
        @Nullable MigrationPhase phase,

        @JsonPropertyDescription("The machine's uid.") @Size(max = 36) @Nullable
        String virtualMachineUID,

        @JsonPropertyDescription("The node that the machine leaves.") @Size(max = 253) @Nullable
        String sourceNodeName,

        @JsonPropertyDescription("The node to which it goes, once there is room.") @Size(max = 253) @Nullable
        String targetNodeName,

        @JsonPropertyDescription("The pod that holds its room there.") @Nullable
        Reservation reservation,

        @JsonPropertyDescription(
                "What the clock of the node that the machine leaves was when it heard that the other makes"
                        + " ready. Written by its agent.")
        @Size(max = 40)
        @Nullable
        String sourceClock,

        @Nullable MigrationSource source,
        @Nullable MigrationTarget target,
        @Nullable MigrationProgress progress,

        @Size(max = 40) @Nullable String startedAt,

        @Size(max = 40) @Nullable String completedAt,

        List<Condition> conditions) {
    public VirtualMachineMigrationStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** Of a migration that nobody has looked at. */
    public static final VirtualMachineMigrationStatus NONE = new VirtualMachineMigrationStatus(
            null, null, null, null, null, null, null, null, null, null, null, null, List.of());
}
