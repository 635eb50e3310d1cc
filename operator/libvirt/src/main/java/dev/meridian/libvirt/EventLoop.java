package dev.meridian.libvirt;

import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's default event loop on one daemon thread, {@code libvirt-event}.
 *
 * <p>Without it there are no events, no close callbacks and no answers to keepalive. libvirt wants it
 * registered before the first connection is opened, so {@link Connection#open} starts it. It runs as
 * long as the process.
 */
public final class EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final long PAUSE_AFTER_FAILURE_NANOS = 100_000_000L;

    private EventLoop() {}

    /**
     * Registers and starts the loop; does nothing when it runs already.
     *
     * @throws LibvirtException UNSUPPORTED when there is no libvirt to load
     */
    public static void start() {
        Libvirt.requireLoaded();
        Running.THREAD.isAlive();
    }

    private static void run() {
        while (true) {
            if (LibvirtC.virEventRunDefaultImpl() < 0) {
                LOG.atWarn()
                        .setMessage("One turn of libvirt's event loop failed")
                        .setCause(LibvirtException.last())
                        .log();
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    /** Initialised by the JVM once, when first asked for. */
    private static final class Running {
        static final Thread THREAD = started();

        private static Thread started() {
            if (LibvirtC.virEventRegisterDefaultImpl() < 0) {
                throw LibvirtException.last();
            }
            return Thread.ofPlatform().daemon().name("libvirt-event").start(EventLoop::run);
        }
    }
}
