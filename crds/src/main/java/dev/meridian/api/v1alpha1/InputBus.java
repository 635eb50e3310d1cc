package dev.meridian.api.v1alpha1;

/** How an input device is attached. */
public enum InputBus {
    usb,
    virtio
}
