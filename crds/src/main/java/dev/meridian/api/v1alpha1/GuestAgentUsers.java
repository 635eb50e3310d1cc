package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Users of a guest, to whom its agent gives something. */
public record GuestAgentUsers(
        @JsonPropertyDescription("Their names in the guest, which must know them.") @Required @Size(min = 1, max = 16)
        List<@Pattern("^[A-Za-z0-9_][A-Za-z0-9_.@-]*[$]?$") @Size(max = 256) String> users) {}
