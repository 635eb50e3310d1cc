package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The last reboot of the guest within its run. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LastReboot(
        @Required @Size(max = 63) String reason,
        @Required @Size(max = 40) String at) {}
