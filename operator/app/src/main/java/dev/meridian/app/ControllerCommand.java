package dev.meridian.app;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.controller.Controller;
import dev.meridian.controller.ControllerOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meridian controller}: serves the cluster. */
@Command(name = "controller", description = "Finds places for machines.", mixinStandardHelpOptions = true)
final class ControllerCommand implements Callable<Integer> {
    @Option(
            names = "--reservation-image",
            description = "Image of the pods that hold room for machines; it must have sleep (default: as released).")
    private @Nullable String reservationImage;

    @Option(
            names = "--milli-cpu-per-vcpu",
            description = "What a machine reserves for each virtual CPU, in thousandths of a CPU (default: 100).")
    private @Nullable Long milliCpuPerVcpu;

    @Option(
            names = "--resync",
            description = "How often each machine is looked at without a hint, as ISO 8601 (default: PT10M).")
    private @Nullable Duration resync;

    @Override
    public Integer call() throws Exception {
        var usual = ControllerOptions.of(UUID.randomUUID().toString());
        var options = new ControllerOptions(
                Objects.requireNonNullElse(reservationImage, usual.reservationImage()),
                Objects.requireNonNullElse(milliCpuPerVcpu, usual.milliCpuPerVcpu()),
                usual.schedulerName(),
                usual.identity(),
                usual.leaseDuration(),
                Objects.requireNonNullElse(resync, usual.resyncPeriod()));
        var controller = new Controller(
                KubernetesClients.open(Meridian.CONTROLLER),
                options,
                CrashPoint.fromEnvironment(),
                InstantSource.system());
        return UntilTerminated.run(controller, controller::start, controller.ended());
    }
}
