package dev.meridian.api.v1alpha1;

/** The network card that the guest sees. */
public enum InterfaceModel {
    virtio,
    e1000e,
    e1000,
    rtl8139
}
