package dev.meridian.api.v1alpha1;

/** How a label of a node is compared; Gt and Lt as whole numbers. */
public enum NodeOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Gt,
    Lt
}
