package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.InterfaceModel;

/** A network interface on the node's network "default". */
public record InterfaceShape(String name, InterfaceModel model) {}
