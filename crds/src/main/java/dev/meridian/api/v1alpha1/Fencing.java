package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What the word that a node is dead is worth, or what came of powering it off. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Fencing(
        @Required State state,

        @JsonPropertyDescription("Whose word it is.") @Required @Size(max = 512)
        String by,

        @JsonPropertyDescription("When the controller came to this.") @Required @Size(max = 40)
        String since,

        @JsonPropertyDescription("By what the controller powers the node off; absent of somebody's word.") @Nullable
        Driver driver,

        @JsonPropertyDescription("What came of it.") @Size(max = 1024) @Nullable
        String message,

        @JsonPropertyDescription("The last renewal of the agent's Lease when somebody's word was believed: another one"
                + " means that the agent was heard of since.")
        @Size(max = 40)
        @Nullable
        String lastRenewal) {
    /** Of a driver. */
    public Fencing(State state, String by, String since, @Nullable Driver driver, @Nullable String message) {
        this(state, by, since, driver, message, null);
    }

    /** Of somebody's word. */
    public Fencing(State state, String by, String since, @Nullable String lastRenewal) {
        this(state, by, since, null, null, lastRenewal);
    }

    /** What powers a node off. */
    public enum Driver {
        /** The node's management controller. */
        Redfish,
        /** A Job. */
        Job
    }

    /** Whether it counts. */
    public enum State {
        /** Nothing is heard of the node's agent: its machines start elsewhere. */
        Fenced,
        /** The agent was heard of since: the word counts no more, whatever becomes of the agent. It is to be taken back. */
        Refuted,
        /** It is to be powered off, but so many nodes are not heard of that it may be the controller that is cut off. */
        Held,
        /** It is being powered off. */
        Fencing,
        /** It was not seen to be off. It is tried again. */
        Failed
    }
}
