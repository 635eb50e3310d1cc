package dev.meridian.libvirt;

import java.util.UUID;

/** Something that libvirt says happened to a domain: a hint to look again, for events can get lost. */
public sealed interface DomainEvent {

    UUID uuid();

    String name();

    /** The running domain's number, -1 when it does not run. */
    int id();

    /** {@link System#nanoTime} at its arrival in this process. */
    long receivedAtNanos();

    /**
     * It was defined, started, stopped and so on.
     *
     * @param detail the number that goes with the kind, such as virDomainEventStoppedDetailType
     */
    record Lifecycle(UUID uuid, String name, int id, long receivedAtNanos, LifecycleKind kind, int detail)
            implements DomainEvent {}

    /** The guest rebooted; one reboot may come as two or three of these. */
    record Reboot(UUID uuid, String name, int id, long receivedAtNanos) implements DomainEvent {}

    /**
     * The guest set its RTC.
     *
     * @param offsetSeconds of the RTC from UTC, right for {@code <clock offset='variable' basis='utc'>} and
     *     {@code utc} only
     */
    record RtcChange(UUID uuid, String name, int id, long receivedAtNanos, long offsetSeconds) implements DomainEvent {}

    /** The guest agent came or went. */
    record AgentLifecycle(UUID uuid, String name, int id, long receivedAtNanos, AgentState state, AgentReason reason)
            implements DomainEvent {}

    /** virConnectDomainEventAgentLifecycleState. */
    enum AgentState {
        CONNECTED,
        DISCONNECTED,
        UNKNOWN;

        static AgentState of(int number) {
            return switch (number) {
                case 1 -> CONNECTED;
                case 2 -> DISCONNECTED;
                default -> UNKNOWN;
            };
        }
    }

    /** virConnectDomainEventAgentLifecycleReason. */
    enum AgentReason {
        UNKNOWN,
        DOMAIN_STARTED,
        CHANNEL;

        static AgentReason of(int number) {
            return switch (number) {
                case 1 -> DOMAIN_STARTED;
                case 2 -> CHANNEL;
                default -> UNKNOWN;
            };
        }
    }
}
