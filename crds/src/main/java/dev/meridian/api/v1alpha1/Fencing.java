package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What the word that a node is dead is worth. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Fencing(
        @Required State state,

        @JsonPropertyDescription("Whose word it is.") @Required @Size(max = 512)
        String by,

        @JsonPropertyDescription("When the controller came to this.") @Required @Size(max = 40)
        String since) {
    /** Whether it counts. */
    public enum State {
        /** Nothing is heard of the node's agent: its machines start elsewhere. */
        Fenced,
        /** The agent was heard of since: the word counts no more, whatever becomes of the agent. It is to be taken back. */
        Refuted
    }
}
