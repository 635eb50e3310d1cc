package dev.meridian.api.v1alpha1;

/** Whether a request goes through TLS. */
public enum HttpScheme {
    HTTP,
    HTTPS
}
