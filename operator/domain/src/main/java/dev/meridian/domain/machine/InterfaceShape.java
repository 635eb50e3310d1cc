package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.InterfaceModel;
import dev.meridian.api.v1alpha1.LinkState;

/** A network interface on the node's network "default". */
public record InterfaceShape(String name, InterfaceModel model, LinkState linkState) {}
