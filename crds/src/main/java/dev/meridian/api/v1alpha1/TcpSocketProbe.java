package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** A connection from the node to the address that its network leased to the machine. */
public record TcpSocketProbe(@Required @Min(1) @Max(65535) Integer port) {}
