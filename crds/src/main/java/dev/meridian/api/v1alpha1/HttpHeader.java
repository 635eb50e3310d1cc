package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A header of a request. */
public record HttpHeader(
        @Required @Pattern("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$") @Size(max = 63)
        String name,

        @Required @Pattern("^[ -~]*$") @Size(max = 1024) String value) {}
