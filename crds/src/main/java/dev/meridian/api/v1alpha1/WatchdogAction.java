package dev.meridian.api.v1alpha1;

/** What a watchdog does to its guest. */
public enum WatchdogAction {
    /** As the reset button would. */
    Reset,
    /** Cuts the power. */
    Poweroff,
    /** Asks the guest to power off. */
    Shutdown,
    /** Its virtual CPUs stand still, for somebody to look. */
    Pause,
    /** Only tells. */
    None,
    /** Has the guest's kernel act. */
    InjectNMI
}
