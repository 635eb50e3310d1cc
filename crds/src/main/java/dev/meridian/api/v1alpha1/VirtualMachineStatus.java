package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a machine. Who writes which field: design.md, "Who writes what". */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VirtualMachineStatus(
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("The machine's state in one word, for people.") @Size(max = 63) @Nullable
        String printableStatus,

        List<Condition> conditions,

        @JsonPropertyDescription("The node that has the machine's domain.") @Size(max = 253) @Nullable
        String nodeName,

        @Nullable Reservation reservation,
        @Nullable Power power,
        @Nullable DomainStatus domain,
        @Nullable Handover handover,

        @JsonPropertyDescription(
                "Nodes on which the machine was given up; what they still have of it is ended when they"
                        + " come back.")
        List<FencedNode> fencedNodes,

        @Nullable ClockStatus clock,
        List<InterfaceStatus> interfaces,
        List<DiskStatus> disks,

        @JsonPropertyDescription("What of the spec the running guest does not have; empty after its next start.")
        List<PendingChange> pendingChanges,

        @JsonPropertyDescription("What a Node inside the machine carries: meridian://namespace/name/uid.")
        @Size(max = 512)
        @Nullable
        String providerID,

        @Nullable GuestStatus guest) {
    /** Of an object that nobody has looked at. */
    public static final VirtualMachineStatus NONE = new VirtualMachineStatus(
            null, null, List.of(), null, null, null, null, null, List.of(), null, List.of(), List.of(), List.of(), null,
            null);

    public VirtualMachineStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        fencedNodes = fencedNodes == null ? List.of() : List.copyOf(fencedNodes);
        interfaces = interfaces == null ? List.of() : List.copyOf(interfaces);
        disks = disks == null ? List.of() : List.copyOf(disks);
        pendingChanges = pendingChanges == null ? List.of() : List.copyOf(pendingChanges);
    }
}
