package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners by the number that libvirt carries for them as {@code void *opaque}.
 *
 * <p>libvirt may still call for a while after a deregistration; then the number is unknown and nobody is told.
 */
final class Listeners<E> {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Map<Long, Consumer<E>> listeners = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    /** The number to hand to C. */
    Pointer add(Consumer<E> listener) {
        long number = last.incrementAndGet();
        listeners.put(number, listener);
        return Pointer.createConstant(number);
    }

    void remove(Pointer opaque) {
        listeners.remove(Pointer.nativeValue(opaque));
    }

    /** Nothing thrown gets back into C. */
    void tell(@Nullable Pointer opaque, Supplier<E> event) {
        Consumer<E> listener = listeners.get(Pointer.nativeValue(opaque));
        if (listener == null) {
            return;
        }
        try {
            listener.accept(event.get());
        } catch (RuntimeException failure) {
            LOG.atError()
                    .setMessage("A listener of libvirt's events failed")
                    .setCause(failure)
                    .log();
        }
    }
}
