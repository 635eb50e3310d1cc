package dev.meridian.api.v1alpha1;

/** What a taint does to who does not tolerate it. */
public enum TaintEffect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute
}
