package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.ClockPreset;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.PresenceTimer;
import dev.meridian.api.v1alpha1.Timers;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.machine.ClockShape;
import java.util.Optional;

/**
 * The {@code <hyperv>} feature: the enlightenments of a Windows guest. Under KVM alone, for elsewhere QEMU does not
 * start with them. Without reenlightenment: with it QEMU migrates only a guest whose TSC frequency is given.
 */
final class HypervXml {
    /** How often a guest tries a lock before it tells the hypervisor, as QEMU's documentation has it. */
    private static final int SPINLOCK_RETRIES = 8191;

    private HypervXml() {}

    /** @param timers the guest's, its preset's among them */
    static Optional<El> of(ClockShape clock, Timers timers, HypervisorType hypervisor, DomainTypeFacts facts) {
        return clock.preset()
                .filter(preset -> preset == ClockPreset.Windows)
                .filter(_ -> hypervisor == HypervisorType.KVM && facts.isX86())
                .map(_ -> el("hyperv")
                        .with("mode", "custom")
                        .with(on("relaxed"), on("vapic"))
                        .with(on("spinlocks").with("retries", SPINLOCK_RETRIES))
                        .with(on("vpindex"), on("runtime"), on("synic"))
                        .with(stimer(timers))
                        .with(on("reset"), on("frequencies"), on("tlbflush"), on("ipi")));
    }

    /** QEMU has synthetic timers only beside the paravirtual clock. */
    private static Optional<El> stimer(Timers timers) {
        return Optional.ofNullable(timers.hyperv())
                .filter(PresenceTimer::present)
                .map(_ -> on("stimer").with(on("direct")));
    }

    private static El on(String feature) {
        return el(feature).with("state", "on");
    }
}
