package dev.meridian.libvirt;

import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener for the events of all domains of one connection, until it or its connection is closed. */
public final class EventSubscription implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventSubscription.class);

    private final DomainEvents events;
    private final DomainEventListener listener;
    private final Set<DomainEventKind> unsupported;

    EventSubscription(DomainEvents events, DomainEventListener listener, Set<DomainEventKind> unsupported) {
        this.events = events;
        this.listener = listener;
        this.unsupported = Set.copyOf(unsupported);
    }

    /** The events that the driver does not have: poll instead. */
    public Set<DomainEventKind> unsupported() {
        return unsupported;
    }

    /** No event is delivered after this, but for one that is being delivered now. */
    @Override
    public void close() {
        events.unsubscribe(this);
    }

    /** What this listener throws must not keep an event from the next. */
    void tell(DomainEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException failure) {
            LOG.atError()
                    .setMessage("A listener of domain events failed")
                    .setCause(failure)
                    .log();
        }
    }
}
