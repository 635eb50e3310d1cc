package dev.meridian.agent;

import dev.meridian.domain.clock.RtcChange;
import dev.meridian.libvirt.DomainEvent;
import dev.meridian.libvirt.LifecycleDetail;
import dev.meridian.libvirt.LifecycleKind;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Consumer;

/** What follows when libvirt tells of a domain: what only the event says is remembered, and its machine is looked at. */
final class DomainReactions {
    private final MachineMemories memories;
    private final AssignedMachines assigned;
    private final AddressPoller addresses;
    private final GuestClockKeeper guestClocks;
    private final HypervisorReporter hypervisor;
    private final InstantSource clock;
    private final Consumer<UUID> wake;

    DomainReactions(
            MachineMemories memories,
            AssignedMachines assigned,
            AddressPoller addresses,
            GuestClockKeeper guestClocks,
            HypervisorReporter hypervisor,
            InstantSource clock,
            Consumer<UUID> wake) {
        this.memories = memories;
        this.assigned = assigned;
        this.addresses = addresses;
        this.guestClocks = guestClocks;
        this.hypervisor = hypervisor;
        this.clock = clock;
        this.wake = wake;
    }

    void on(DomainEvent event) {
        switch (event) {
            case DomainEvent.RtcChange change -> {
                memories.of(change.uuid()).rtcChanged(new RtcChange(change.offsetSeconds(), arrival(change)));
                wake.accept(change.uuid());
            }
            case DomainEvent.Lifecycle lifecycle -> onLifecycle(lifecycle);
            case DomainEvent.Reboot reboot -> {
                memories.of(reboot.uuid()).rebooted(arrival(reboot));
                memories.of(reboot.uuid()).guest().booted();
                memories.of(reboot.uuid()).report().booted();
                wake.accept(reboot.uuid());
            }
            case DomainEvent.Watchdog watchdog -> {
                memories.of(watchdog.uuid()).watchdogFired(arrival(watchdog));
                wake.accept(watchdog.uuid());
            }
            case DomainEvent.IoError error -> wake.accept(error.uuid());
            case DomainEvent.AgentLifecycle agent -> {
                memories.find(agent.uuid()).ifPresent(memory -> {
                    memory.guest().connected(isConnected(agent));
                    memory.report().agentChanged();
                });
                guestClocks.look(agent.uuid());
                wake.accept(agent.uuid());
            }
        }
    }

    private static boolean isConnected(DomainEvent.AgentLifecycle event) {
        return switch (event.state()) {
            case CONNECTED -> true;
            case DISCONNECTED, UNKNOWN -> false;
        };
    }

    private void onLifecycle(DomainEvent.Lifecycle event) {
        if (event.detail() == LifecycleDetail.STOPPED_MIGRATED) {
            memories.of(event.uuid()).migrated(arrival(event));
        }
        memories.find(event.uuid()).ifPresent(memory -> goesOn(event, memory));
        wake.accept(event.uuid());
        switch (event.kind()) {
            case STARTED -> addresses.started(event.uuid());
            case DEFINED, UNDEFINED, SUSPENDED, RESUMED, STOPPED, SHUTDOWN, PMSUSPENDED, CRASHED, UNKNOWN -> {}
        }
        if (!assigned.contains(event.uuid())) {
            hypervisor.poke();
        }
    }

    /** What a guest's clock has gone through when it goes on. */
    private void goesOn(DomainEvent.Lifecycle event, MachineMemory memory) {
        var detail = event.detail();
        if (detail == LifecycleDetail.STARTED_BOOTED) {
            memory.guest().started();
            memory.report().booted();
        }
        if (isOfARevert(detail)) {
            memory.liveXmlIsNew();
        }
        if (detail == LifecycleDetail.STARTED_RESTORED
                || detail == LifecycleDetail.STARTED_FROM_SNAPSHOT
                || (event.kind() == LifecycleKind.RESUMED && memory.guest().isConnected())) {
            memory.guest().stoodStill();
            guestClocks.look(event.uuid());
        }
    }

    /** To a snapshot: from the first of its events on, what was told of the clock before is not true any more. */
    private static boolean isOfARevert(LifecycleDetail detail) {
        return detail == LifecycleDetail.STOPPED_FROM_SNAPSHOT
                || detail == LifecycleDetail.STARTED_FROM_SNAPSHOT
                || detail == LifecycleDetail.RESUMED_FROM_SNAPSHOT
                || detail == LifecycleDetail.SUSPENDED_FROM_SNAPSHOT
                || detail == LifecycleDetail.DEFINED_FROM_SNAPSHOT;
    }

    private Instant arrival(DomainEvent event) {
        return clock.instant()
                .minusNanos(System.nanoTime() - event.receivedAtNanos())
                .truncatedTo(ChronoUnit.MILLIS);
    }
}
