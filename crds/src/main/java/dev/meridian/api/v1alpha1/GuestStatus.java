package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the guest agent tells of the guest, in the guest's own words: nothing is decided by them. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GuestStatus(
        @Size(max = 253) @Nullable String hostname,
        @Nullable GuestOs os,

        @JsonPropertyDescription("The version of the guest agent itself.") @Size(max = 63) @Nullable
        String agentVersion,

        @Size(max = 63) @Nullable String timezone,

        @JsonPropertyDescription("Mounted file systems that lie on disks.") @Size(max = 16)
        List<GuestFilesystem> filesystems) {
    public GuestStatus {
        filesystems = filesystems == null ? List.of() : List.copyOf(filesystems);
    }
}
