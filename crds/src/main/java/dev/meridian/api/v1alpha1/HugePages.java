package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Huge pages as the guest's memory. */
public record HugePages(
        @JsonPropertyDescription("The node must have set such pages aside.") @Required
        HugePageSize pageSize) {}
