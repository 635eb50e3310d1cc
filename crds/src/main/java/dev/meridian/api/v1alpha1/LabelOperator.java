package dev.meridian.api.v1alpha1;

/** How a label is compared. */
public enum LabelOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist
}
