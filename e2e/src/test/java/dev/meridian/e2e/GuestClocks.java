package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.GuestClock;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Guests of a namespace whose agents tell their clocks. */
record GuestClocks(Machines machines) {
    void create(String name, String more) {
        machines.createFrom(machines.manifest(name, more)
                .replace(
                        machines.testbed.guest().initramfs(),
                        machines.testbed.guest().agentInitramfs()));
    }

    GuestClock awaitClock(String name, Predicate<GuestClock> predicate) {
        var vm = machines.await(
                name,
                "told of the guest's clock",
                m -> guestClock(m).filter(predicate).isPresent());
        return guestClock(vm).orElseThrow();
    }

    private static Optional<GuestClock> guestClock(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).clock()).map(ClockStatus::guest);
    }

    static long setBy(GuestClock clock) {
        return Objects.requireNonNullElse(clock.setByMillis(), 0L);
    }
}
