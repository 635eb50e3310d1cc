package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** What administrators want of a node's libvirt. */
public record HypervisorSpec(
        @JsonPropertyDescription("false: no further machine is placed here.") @Default("true") @Nullable
        Boolean schedulable,

        @JsonPropertyDescription("The node is dead, and no guest runs there: while its agent is silent its machines are"
                + " started elsewhere. Taken away when the node may come back.")
        @Nullable
        Fenced fenced,

        @JsonPropertyDescription("How the node is powered off when it is not heard of. Without it, only somebody's word"
                + " proves it dead.")
        @Nullable
        FencingSpec fencing) {}
