package dev.meridian.api.v1alpha1;

/** What starts a machine before its operating system does. */
public enum Bootloader {
    BIOS,
    UEFI
}
