package dev.meridian.libvirt;

/** Takes events on the event thread: it must only enqueue, for all connections wait meanwhile. */
@FunctionalInterface
public interface DomainEventListener {

    void onEvent(DomainEvent event);
}
