package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.InputBus;
import dev.meridian.api.v1alpha1.InputType;

/** An input device. */
public record InputShape(String name, InputType type, InputBus bus) {}
