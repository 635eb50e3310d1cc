package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machine's libvirt domain. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DomainStatus(
        @JsonPropertyDescription("libvirt's id of the running domain; changes at each start.") @Nullable
        Integer id,

        @Size(max = 36) @Nullable String uuid,

        @JsonPropertyDescription("The driver that runs it.") @Nullable
        HypervisorType hypervisor,

        @JsonPropertyDescription("Machine type with its version, kept over redefinitions.") @Size(max = 63) @Nullable
        String machineType,

        @JsonPropertyDescription("Whether the node keeps the memory of the hibernated machine.") @Nullable
        Boolean savedMemory,

        @JsonPropertyDescription("What else the node keeps of the machine, which starts nowhere else without it.")
        @Size(max = 8)
        @Nullable
        List<LocalState> localState,

        @JsonPropertyDescription("The node whose agent has undefined the domain and will not define it again.")
        @Size(max = 253)
        @Nullable
        String releasedBy,

        @JsonPropertyDescription("reservation.attempt at the release; a later one assigns anew.") @Nullable
        Long releasedAttempt) {}
