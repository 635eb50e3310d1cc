package dev.meridian.api.v1alpha1;

/** Whether a guest may send under addresses that are not its own. */
public enum AddressSpoofing {
    Refused,
    Allowed
}
