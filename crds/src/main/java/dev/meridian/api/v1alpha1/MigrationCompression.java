package dev.meridian.api.v1alpha1;

/** How a guest's memory is made smaller on its way. */
public enum MigrationCompression {
    /** Of a page that is sent again, only what has changed of it. */
    Xbzrle
}
