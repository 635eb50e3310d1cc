package dev.meridian.libvirt;

/** What a domain does and why (virDomainGetState). */
public record DomainState(State state, StateReason reason) {

    static DomainState of(int state, int reason) {
        State known = State.of(state);
        return new DomainState(known, StateReason.of(known, reason));
    }

    /** virDomainState. */
    public enum State {
        /** None, or one that this binding does not know. */
        NOSTATE,
        RUNNING,
        BLOCKED,
        PAUSED,
        /** The guest is shutting down. */
        SHUTDOWN,
        SHUTOFF,
        CRASHED,
        PMSUSPENDED;

        static State of(int number) {
            return switch (number) {
                case 1 -> RUNNING;
                case 2 -> BLOCKED;
                case 3 -> PAUSED;
                case 4 -> SHUTDOWN;
                case 5 -> SHUTOFF;
                case 6 -> CRASHED;
                case 7 -> PMSUSPENDED;
                default -> NOSTATE;
            };
        }
    }
}
