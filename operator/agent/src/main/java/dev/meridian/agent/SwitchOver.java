package dev.meridian.agent;

import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.DomainEvent;
import dev.meridian.libvirt.EventSubscription;
import dev.meridian.libvirt.HypervisorProcess;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.LifecycleDetail;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a guest go on at the node to which it has come, once nothing can let it go on at the one that it left. libvirt says so
 * when its call returns; the kernel says it a fifth of a second before, by the death of the process, for libvirt looks no
 * more often whether one that it has ended is gone. The guest stands still for so much less.
 */
final class SwitchOver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchOver.class);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Connection there;
    private final UUID machine;
    private final CountDownLatch whole = new CountDownLatch(1);
    private final EventSubscription events;
    private volatile boolean over;
    private boolean goesOn;

    /** @param process that holds the guest here */
    SwitchOver(Connection there, UUID machine, Optional<HypervisorProcess> process) {
        this.there = there;
        this.machine = machine;
        this.events = there.subscribe(this::heard);
        process.ifPresent(seen -> Thread.ofVirtual().name("switch-over").start(() -> watch(seen)));
    }

    /** The other libvirt has all of the guest, which stands still. */
    private void heard(DomainEvent event) {
        if (event instanceof DomainEvent.Lifecycle lifecycle
                && lifecycle.uuid().equals(machine)
                && lifecycle.detail() == LifecycleDetail.SUSPENDED_PAUSED) {
            whole.countDown();
        }
    }

    private void watch(HypervisorProcess process) {
        try {
            whole.await();
            while (!over && !process.isDead()) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
            if (!over) {
                goOn();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (LibvirtException e) {
            LOG.atWarn().addKeyValue("machine", machine).log("it does not go on at once: {}", e.message());
        }
    }

    /** libvirt here has said that the guest is gone. */
    synchronized void goOn() {
        if (!goesOn) {
            try (var domain = there.lookupByUUID(machine).orElseThrow()) {
                domain.resume();
            }
            goesOn = true;
        }
    }

    @Override
    public void close() {
        over = true;
        whole.countDown();
        events.close();
    }
}
