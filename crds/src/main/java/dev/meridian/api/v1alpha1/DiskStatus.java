package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A disk of the guest. */
public record DiskStatus(
        @Required @Size(max = 63) String name,

        @JsonPropertyDescription("libvirt's target: vda, sda, ...") @Required @Size(max = 63)
        String target) {}
