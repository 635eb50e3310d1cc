package dev.meridian.libvirt;

/** What happened to a domain (virDomainEventType). */
public enum LifecycleKind {
    DEFINED,
    UNDEFINED,
    STARTED,
    SUSPENDED,
    RESUMED,
    STOPPED,
    SHUTDOWN,
    PMSUSPENDED,
    CRASHED,
    /** A number that this binding does not know. */
    UNKNOWN;

    static LifecycleKind of(int number) {
        return switch (number) {
            case 0 -> DEFINED;
            case 1 -> UNDEFINED;
            case 2 -> STARTED;
            case 3 -> SUSPENDED;
            case 4 -> RESUMED;
            case 5 -> STOPPED;
            case 6 -> SHUTDOWN;
            case 7 -> PMSUSPENDED;
            case 8 -> CRASHED;
            default -> UNKNOWN;
        };
    }
}
