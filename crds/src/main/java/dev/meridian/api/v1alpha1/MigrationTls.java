package dev.meridian.api.v1alpha1;

/** Whose the certificates of migrations are. */
public enum MigrationTls {
    Host,
    Issued
}
