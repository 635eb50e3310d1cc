package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A file system that the guest has mounted. Told anew when its bytes have moved by a tenth of all. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GuestFilesystem(
        @Required @Size(max = 255) String mountPoint,

        @JsonPropertyDescription("The guest's name of the device, such as vda1.") @Size(max = 63) @Nullable
        String device,

        @Size(max = 63) @Nullable String type,
        @Nullable Long totalBytes,
        @Nullable Long usedBytes) {}
