package dev.meridian.libvirt;

/** How a job of a lane ended for the one who submitted it: told exactly once. */
public sealed interface LaneOutcome<T> {

    /** It came back with a value. */
    record Returned<T>(T value) implements LaneOutcome<T> {}

    /** It came back with a failure, mostly a {@link LibvirtException}. */
    record Failed<T>(Throwable cause) implements LaneOutcome<T> {}

    /** It is past its deadline and may still take effect; whether it does shows only in the domain. */
    record Overdue<T>(StuckLane lane) implements LaneOutcome<T> {}
}
