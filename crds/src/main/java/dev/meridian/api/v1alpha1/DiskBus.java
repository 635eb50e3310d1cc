package dev.meridian.api.v1alpha1;

/** The bus on which a guest sees a disk. */
public enum DiskBus {
    virtio,
    scsi,
    sata,
    usb,
    fdc
}
