package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Where the machine's screen is shown: on a socket of the node that only libvirt opens to others. */
public record Graphics(
        @JsonPropertyDescription("VNC if left out.") @Nullable
        GraphicsType type) {}
