package dev.meridian.api.v1alpha1;

/** What a guest sees a disk as. */
public enum DiskDevice {
    Disk,
    Cdrom,
    Floppy,
    Lun
}
