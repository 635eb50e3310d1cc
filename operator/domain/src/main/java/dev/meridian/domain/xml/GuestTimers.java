package dev.meridian.domain.xml;

import dev.meridian.api.v1alpha1.ClockPreset;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.PitTimer;
import dev.meridian.api.v1alpha1.PresenceTimer;
import dev.meridian.api.v1alpha1.RtcTimer;
import dev.meridian.api.v1alpha1.TickPolicy;
import dev.meridian.api.v1alpha1.Timers;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.machine.ClockShape;
import org.jspecify.annotations.Nullable;

/** The timers of a guest: those that its spec names, and of the others what its preset gives it on this node. */
final class GuestTimers {
    /** Ticks that were missed are made up for by one clock alone; the HPET costs a busy host its idle time. */
    private static final Timers LINUX = new Timers(
            new RtcTimer(TickPolicy.CatchUp, null),
            new PitTimer(TickPolicy.Delay),
            new PresenceTimer(false),
            null,
            null,
            null,
            null);

    private static final Timers WINDOWS_UNDER_KVM =
            new Timers(LINUX.rtc(), LINUX.pit(), LINUX.hpet(), null, new PresenceTimer(true), null, null);

    private GuestTimers() {}

    static Timers of(ClockShape clock, HypervisorType hypervisor, DomainTypeFacts facts) {
        return clock.preset()
                .filter(_ -> facts.isX86())
                .map(preset -> completed(clock.timers(), given(preset, hypervisor)))
                .orElse(clock.timers());
    }

    private static Timers given(ClockPreset preset, HypervisorType hypervisor) {
        return switch (preset) {
            case Linux -> LINUX;
            case Windows -> hypervisor == HypervisorType.KVM ? WINDOWS_UNDER_KVM : LINUX;
        };
    }

    private static Timers completed(Timers named, Timers given) {
        return new Timers(
                or(named.rtc(), given.rtc()),
                or(named.pit(), given.pit()),
                or(named.hpet(), given.hpet()),
                or(named.kvm(), given.kvm()),
                or(named.hyperv(), given.hyperv()),
                or(named.tsc(), given.tsc()),
                or(named.armvtimer(), given.armvtimer()));
    }

    private static <T> @Nullable T or(@Nullable T named, @Nullable T given) {
        return named == null ? given : named;
    }
}
