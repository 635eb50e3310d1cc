package dev.meridian.domain.life;

/** Why a guest rebooted within its run; the names stand in {@code status.power.lastReboot.reason}. */
public enum RebootReason {
    /** The guest itself. */
    GuestReboot("GuestReboot", "the guest rebooted"),
    /** spec.power.resetRequestedAt asked for it. */
    ResetRequested("Reset", "spec.power.resetRequestedAt reset the machine"),
    /** The guest's watchdog reset it, or the guest rebooted because of that. */
    WatchdogFired("Reset", "the guest's watchdog reset the machine");

    private final String event;
    private final String message;

    RebootReason(String event, String message) {
        this.event = event;
        this.message = message;
    }

    /** The Event's reason. */
    public String event() {
        return event;
    }

    public String message() {
        return message;
    }
}
