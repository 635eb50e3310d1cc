package dev.meridian.api.v1alpha1;

/** The panic device that the guest sees. */
public enum PanicModel {
    isa
}
