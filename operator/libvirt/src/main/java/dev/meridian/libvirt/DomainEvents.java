package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The domain events of one connection, from its first subscription until its end.
 *
 * <p>libvirt refuses the same C function twice for one event of one connection: it is registered once, and
 * every subscription is told from here.
 */
final class DomainEvents {

    private static final Logger LOG = LoggerFactory.getLogger(DomainEvents.class);

    private final Handle connection;
    private final List<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Pointer opaque = EventCallbacks.DOMAIN_EVENTS.add(telling(subscriptions));
    private final ReentrantLock registration = new ReentrantLock();
    /** The number of each registered callback; -1 for an event that the driver does not have. */
    private final Map<DomainEventKind, Integer> callbackIds = new EnumMap<>(DomainEventKind.class);

    DomainEvents(Handle connection) {
        this.connection = connection;
    }

    EventSubscription subscribe(DomainEventListener listener) {
        var subscription = new EventSubscription(this, listener, registered());
        subscriptions.add(subscription);
        return subscription;
    }

    void unsubscribe(EventSubscription subscription) {
        subscriptions.remove(subscription);
    }

    void close() {
        subscriptions.clear();
        EventCallbacks.DOMAIN_EVENTS.remove(opaque);
        registration.lock();
        try {
            callbackIds.values().stream().filter(id -> id >= 0).forEach(this::deregister);
            callbackIds.clear();
        } finally {
            registration.unlock();
        }
    }

    /** Registers what is not registered yet; gives the events that the driver lacks. */
    private Set<DomainEventKind> registered() {
        registration.lock();
        try {
            var unsupported = EnumSet.noneOf(DomainEventKind.class);
            for (DomainEventKind kind : DomainEventKind.values()) {
                if (callbackIds.computeIfAbsent(kind, this::register) < 0) {
                    unsupported.add(kind);
                }
            }
            return unsupported;
        } finally {
            registration.unlock();
        }
    }

    private int register(DomainEventKind kind) {
        try {
            return connection.number(
                    "virConnectDomainEventRegisterAny",
                    pointer -> LibvirtC.virConnectDomainEventRegisterAny(
                            pointer, null, kind.id(), EventCallbacks.of(kind), opaque, null));
        } catch (LibvirtException failure) {
            return switch (failure.kind()) {
                case UNSUPPORTED, INVALID_ARG -> -1; // no events at all, or not this one
                default -> throw failure;
            };
        }
    }

    private void deregister(int callbackId) {
        try {
            connection.number(
                    "virConnectDomainEventDeregisterAny",
                    pointer -> LibvirtC.virConnectDomainEventDeregisterAny(pointer, callbackId));
        } catch (LibvirtException failure) {
            LOG.atDebug()
                    .setMessage("Events were not deregistered: the connection is gone")
                    .setCause(failure)
                    .log();
        }
    }

    /** Does not know this object, which would never be collected otherwise. */
    private static Consumer<DomainEvent> telling(List<EventSubscription> subscriptions) {
        return event -> subscriptions.forEach(subscription -> subscription.tell(event));
    }
}
