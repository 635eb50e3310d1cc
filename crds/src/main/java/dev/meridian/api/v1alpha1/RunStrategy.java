package dev.meridian.api.v1alpha1;

/** When a machine runs, with KubeVirt's meanings. */
public enum RunStrategy {
    /** It is started, and started again whenever it ends. */
    Always,
    /** It is started, and started again when it failed; not when its guest powered off or it was asked to stop. */
    RerunOnFailure,
    /** It is started once, and stays off when it has ended. */
    Once,
    /** It is started and stopped by spec.power alone. */
    Manual,
    /** It is stopped and stays so. */
    Halted
}
