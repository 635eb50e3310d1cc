package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What the node says that the machine leaves. Written by its agent. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationSource(
        @Required MigrationSourceState state,
        @Size(max = 1024) @Nullable String message,

        @JsonPropertyDescription("The metadata document of the running domain, until libvirt is asked.")
        @Size(max = 262144)
        @Nullable
        String document) {
    /** What became of the guest here. */
    public enum MigrationSourceState {
        @JsonPropertyDescription("It runs here, and the other node is told what it has to make ready.")
        Offered,
        @JsonPropertyDescription("It runs here, and libvirt has its memory go over.")
        Migrating,
        @JsonPropertyDescription("It does not run here any more, and is not started here again.")
        Away,
        @JsonPropertyDescription("This migration is over, and it has stayed.")
        Stayed
    }
}
