package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A clock that starts at a given time. */
public record AbsoluteClock(
        @JsonPropertyDescription(
                "What the clock says at the machine's first start, and with persist: false at each start;"
                        + " within 68 years of the start, for QEMU's clock wraps beyond.")
        @Required
        @Pattern(AbsoluteClock.TIME)
        @Size(max = 40)
        String start) {
    static final String TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$";
}
