package dev.meridian.api.v1alpha1;

/** The socket device that the guest sees. */
public enum VsockModel {
    virtio
}
