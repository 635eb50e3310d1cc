package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.ConsoleType;

/** A console beside the serial one that every machine has. */
public record ConsoleShape(String name, ConsoleType type) {}
