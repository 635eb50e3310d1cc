package dev.meridian.api.v1alpha1;

/** By what a guest has a console. */
public enum ConsoleType {
    /** A port of virtio-serial: /dev/hvc0 and on. */
    Virtio,
    /** A serial port of a PC: /dev/ttyS1 and on. */
    Serial
}
