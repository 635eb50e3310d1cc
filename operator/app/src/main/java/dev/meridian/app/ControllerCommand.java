package dev.meridian.app;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.controller.Controller;
import dev.meridian.controller.ControllerOptions;
import dev.meridian.domain.certificate.Lifetimes;
import dev.meridian.domain.placement.MigrationTraffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meridian controller}: serves the cluster. */
@Command(
        name = "controller",
        description = "Finds places for machines.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
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

    @Option(
            names = "--max-migrations-per-node",
            description = "How many guests leave a node for others at a time (default: 2).")
    private @Nullable Integer migrationsFromNode;

    @Option(
            names = "--max-migrations",
            description = "How many guests go to other nodes at a time in the whole cluster (default: 5).")
    private @Nullable Integer migrationsInCluster;

    @Option(
            names = "--no-migration-signer",
            arity = "0..1", // without, picocli takes a switch for the opposite of what the environment says
            defaultValue = "false",
            fallbackValue = "true",
            description =
                    "Leaves it to others to approve and sign the certificates that nodes ask for to migrate guests.")
    private boolean signsNone;

    @Option(
            names = "--migration-certificate-lifetime",
            description = "How long these are valid, as ISO 8601; agents renew them after two thirds (default: P30D).")
    private @Nullable Duration certificateLifetime;

    @Option(
            names = "--migration-authority-lifetime",
            description = "How long what signs them is valid, at least thrice as long (default: P3650D).")
    private @Nullable Duration authorityLifetime;

    @Option(
            names = ManagementAddress.OPTION,
            paramLabel = ManagementAddress.FORM,
            defaultValue = "0.0.0.0:9441",
            converter = ManagementAddress.Converter.class,
            description = ManagementAddress.DESCRIPTION)
    private ManagementAddress managementAddress = ManagementAddress.NONE;

    @Mixin
    private LoggingOptions logging = new LoggingOptions();

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** As those of Kubernetes' own controllers: in a pod, the host's name is the pod's, and people find it by the Lease. */
    private static String identity() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip() + "_" + UUID.randomUUID();
    }

    @Override
    public Integer call() throws Exception {
        logging.apply();
        var usual = ControllerOptions.of(identity());
        var options = new ControllerOptions(
                Objects.requireNonNullElse(reservationImage, usual.reservationImage()),
                Objects.requireNonNullElse(milliCpuPerVcpu, usual.milliCpuPerVcpu()),
                usual.schedulerName(),
                usual.identity(),
                usual.leaseDuration(),
                Objects.requireNonNullElse(resync, usual.resyncPeriod()),
                new MigrationTraffic.Limits(
                        Objects.requireNonNullElse(
                                migrationsFromNode, usual.migrations().fromNode()),
                        Objects.requireNonNullElse(
                                migrationsInCluster, usual.migrations().inCluster())),
                signsNone ? Optional.empty() : Optional.of(lifetimes()));
        var api = new ApiMeter();
        try (var management = managementAddress.listen(command)) {
            var controller = new Controller(
                    KubernetesClients.open(Meridian.CONTROLLER, api),
                    KubernetesClients.open(Meridian.CONTROLLER + "/election", api),
                    options,
                    CrashPoint.fromEnvironment(),
                    InstantSource.system());
            management.tellOf(new Managed(
                    controller::stuck,
                    controller::notReady,
                    () -> ControllerMeters.text(controller.metrics(), api).toString()));
            return UntilTerminated.run(controller, controller::start, controller.ended());
        }
    }

    private Lifetimes lifetimes() {
        try {
            return new Lifetimes(
                    Objects.requireNonNullElse(certificateLifetime, Lifetimes.USUAL.certificate()),
                    Objects.requireNonNullElse(authorityLifetime, Lifetimes.USUAL.authority()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--migration-authority-lifetime: " + e.getMessage(), e);
        }
    }
}
