package dev.meridian.api.v1alpha1;

/** Where cloud-init finds its data, by its own names. */
public enum CloudInitDataSource {
    /** A disk labelled cidata. */
    NoCloud,
    /** A disk labelled config-2, as OpenStack has it. */
    ConfigDrive
}
