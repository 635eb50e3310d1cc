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
     * @param detail how, of the same kind; UNKNOWN when a newer libvirt gives a number that we do not know
     */
    record Lifecycle(UUID uuid, String name, int id, long receivedAtNanos, LifecycleKind kind, LifecycleDetail detail)
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

    /** The guest did not feed its watchdog, which acted. */
    record Watchdog(UUID uuid, String name, int id, long receivedAtNanos, WatchdogAction action)
            implements DomainEvent {}

    /**
     * Reading or writing failed in the hypervisor process; SUSPENDED follows when the action is PAUSE.
     *
     * @param path of the source, empty when it has none
     * @param alias of the device, such as virtio-disk0
     * @param reason {@code enospc}, else empty
     */
    record IoError(
            UUID uuid,
            String name,
            int id,
            long receivedAtNanos,
            String path,
            String alias,
            IoErrorAction action,
            String reason)
            implements DomainEvent {}

    /** The guest agent came or went. */
    record AgentLifecycle(UUID uuid, String name, int id, long receivedAtNanos, AgentState state, AgentReason reason)
            implements DomainEvent {}

    /** What a watchdog did (virDomainEventWatchdogAction). */
    enum WatchdogAction {
        NONE,
        PAUSE,
        RESET,
        POWEROFF,
        SHUTDOWN,
        DEBUG,
        INJECTNMI,
        UNKNOWN;

        static WatchdogAction of(int number) {
            return switch (number) {
                case 0 -> NONE;
                case 1 -> PAUSE;
                case 2 -> RESET;
                case 3 -> POWEROFF;
                case 4 -> SHUTDOWN;
                case 5 -> DEBUG;
                case 6 -> INJECTNMI;
                default -> UNKNOWN;
            };
        }
    }

    /** What the hypervisor did about a failed read or write (virDomainEventIOErrorAction). */
    enum IoErrorAction {
        /** Nothing that the guest sees. */
        NONE,
        PAUSE,
        /** The guest was told. */
        REPORT,
        UNKNOWN;

        static IoErrorAction of(int number) {
            return switch (number) {
                case 0 -> NONE;
                case 1 -> PAUSE;
                case 2 -> REPORT;
                default -> UNKNOWN;
            };
        }
    }

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
