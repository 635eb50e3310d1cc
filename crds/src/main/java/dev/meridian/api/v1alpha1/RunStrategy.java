package dev.meridian.api.v1alpha1;

/** When a machine runs, with KubeVirt's meanings. */
public enum RunStrategy {
    /** It is started, and started again whenever it ends. */
    Always,
    /** It is stopped and stays so. */
    Halted
}
