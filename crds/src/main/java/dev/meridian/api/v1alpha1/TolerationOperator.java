package dev.meridian.api.v1alpha1;

/** Which taints a toleration means: those of any value, or of one. */
public enum TolerationOperator {
    Exists,
    Equal
}
