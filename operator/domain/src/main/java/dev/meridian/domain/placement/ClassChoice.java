package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.ReservationClass;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineClass;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import java.util.Optional;
import java.util.function.Function;

/** The VirtualMachineClass that a machine names. */
public sealed interface ClassChoice {
    /** The machine names none. */
    record None() implements ClassChoice {}

    /** As it is now. */
    record Known(ReservationClass machineClass) implements ClassChoice {}

    /**
     * There is none of that name.
     *
     * @param held by which the machine's room was reserved: while it runs it has room again by that one
     */
    record Missing(String name, Optional<ReservationClass> held) implements ClassChoice {}

    /** @param classes of the cluster, by name */
    static ClassChoice of(VirtualMachine vm, Function<String, Optional<VirtualMachineClass>> classes) {
        var name = vm.getSpec().className();
        if (name == null) {
            return new None();
        }
        return classes.apply(name)
                .<ClassChoice>map(found -> new Known(new ReservationClass(
                        name,
                        found.getMetadata().getUid(),
                        found.getMetadata().getGeneration(),
                        found.getSpec().cpu().allocationRatio())))
                .orElseGet(() -> new Missing(
                        name,
                        Optional.ofNullable(vm.getStatus())
                                .map(VirtualMachineStatus::reservation)
                                .map(Reservation::machineClass)));
    }

    /** That by which a reservation is made. */
    default Optional<ReservationClass> reserved() {
        return switch (this) {
            case None() -> Optional.empty();
            case Known(var machineClass) -> Optional.of(machineClass);
            case Missing(var _, var held) -> held;
        };
    }

    /** @param usual where no class says otherwise */
    default long milliCpuPerVcpu(long usual) {
        return reserved().map(ClassChoice::milliCpuPerVcpu).orElse(usual);
    }

    /** The share of a CPU, in thousandths; rounded up, so that not more share it. */
    static long milliCpuPerVcpu(ReservationClass machineClass) {
        return Math.ceilDiv(1000, machineClass.cpuAllocationRatio());
    }

    /** Why a machine that does not run is given no room. */
    default Optional<ReservedPod.Refusal> refusal() {
        return switch (this) {
            case None(), Known(var _) -> Optional.empty();
            case Missing(var name, var _) ->
                Optional.of(new ReservedPod.Refusal(
                        "ClassNotFound",
                        "spec.className: there is no VirtualMachineClass \"%s\"; make it, name another, or leave it out"
                                .formatted(name)));
        };
    }

    /** Of what a pod is made from, in words. */
    default String asked() {
        return switch (this) {
            case None() -> "";
            case Known(var machineClass) -> " by class " + machineClass.name();
            case Missing(var name, var _) -> " by class " + name + ", which is not there,";
        };
    }
}
