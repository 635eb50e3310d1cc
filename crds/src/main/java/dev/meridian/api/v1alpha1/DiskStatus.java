package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** A disk of the guest. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DiskStatus(
        @Required @Size(max = 63) String name,

        @JsonPropertyDescription("libvirt's target: vda, sda, ...") @Required @Size(max = 63)
        String target,

        @JsonPropertyDescription("What the guest sees, of a disk that Meridian made.") @Nullable
        Quantity capacity) {}
