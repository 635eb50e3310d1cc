package dev.meridian.api.v1alpha1;

/** How guests on one device reach each other: directly, by the switch, not at all; or one guest has it alone. */
public enum MacvtapMode {
    Bridge,
    Vepa,
    Private,
    Passthrough
}
