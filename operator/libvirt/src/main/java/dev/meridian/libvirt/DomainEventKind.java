package dev.meridian.libvirt;

/** The domain events that this binding knows (virDomainEventID). */
public enum DomainEventKind {
    LIFECYCLE(0),
    REBOOT(1),
    RTC_CHANGE(2),
    WATCHDOG(3),
    IO_ERROR(6),
    AGENT_LIFECYCLE(18);

    private final int id;

    DomainEventKind(int id) {
        this.id = id;
    }

    int id() {
        return id;
    }
}
