package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A network interface on the node's libvirt network "default". Its MAC is derived from the machine's uid and its name. */
public record Interface(
        @Required @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$") @Size(max = 63)
        String name,

        @Default("virtio") @Nullable InterfaceModel model,

        @JsonPropertyDescription("Whether the cable is in; changed on the running machine.") @Default("Up") @Nullable
        LinkState linkState) {}
