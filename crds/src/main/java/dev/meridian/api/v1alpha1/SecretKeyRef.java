package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A value of a Secret. kubelet brings it to the node, as a Pod's. */
public record SecretKeyRef(
        @JsonPropertyDescription("A Secret of the machine's namespace.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
        @Size(max = 253)
        String name,

        @JsonPropertyDescription("The key in it.") @Required @Pattern("^[-._a-zA-Z0-9]+$") @Size(max = 253)
        String key) {}
