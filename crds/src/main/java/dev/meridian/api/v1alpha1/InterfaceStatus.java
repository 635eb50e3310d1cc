package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network interface of the guest. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InterfaceStatus(
        @Required @Size(max = 63) String name,
        @Required @Size(max = 17) String macAddress,

        @JsonPropertyDescription("Addresses that the guest agent tells, else those leased to the guest.")
        @Size(max = 64)
        List<@Size(max = 45) String> addresses,

        @JsonPropertyDescription("The guest's own name of it, by its agent.") @Size(max = 63) @Nullable
        String guestName,

        @JsonPropertyDescription("The VirtualMachineNetwork that it is on; absent on the node's own network.")
        @Size(max = 63)
        @Nullable
        String network) {
    public InterfaceStatus {
        addresses = addresses == null ? List.of() : List.copyOf(addresses);
    }
}
