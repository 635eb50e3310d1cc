package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** Whether Meridian may have a hook in libvirt. */
public record HookChoice(
        @JsonPropertyDescription(
                "Put /etc/libvirt/hooks/qemu.d/meridian on the nodes: it notes the clock of a guest that"
                        + " ends while the agent is away. libvirt sees a new hook only at its own start.")
        @Default("false")
        @Nullable
        Boolean install) {}
