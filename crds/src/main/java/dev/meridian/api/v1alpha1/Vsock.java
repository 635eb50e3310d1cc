package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A socket between guest and node; its context id is unique on the node, and another after each start. */
public record Vsock(
        @JsonPropertyDescription("virtio if left out.") @Nullable
        VsockModel model) {}
