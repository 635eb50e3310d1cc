package dev.meridian.api.v1alpha1;

/** How a running machine is stopped. */
public enum StopMode {
    /** The guest is asked, and asked again; never forced. */
    Soft,
    /** The guest is asked; forced when the grace period is over. */
    TrySoft,
    /** Power is cut at once. */
    Hard
}
