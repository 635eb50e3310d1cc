package dev.meridian.app;

import dev.meridian.guard.Guard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meridian guard}: holds those guests of a node that are to end when it is cut off. */
@Command(
        name = "guard",
        description = "Ends guests with spec.isolationResponse: PowerOff when the node cannot reach the API server, or"
                + " it ends itself; asked to end (SIGTERM), it lets them go first.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class GuardCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(GuardCommand.class);

    /** A request to the API server may take ten seconds, and be sent again. */
    private static final int LEAST_SECONDS = 15;

    @Mixin
    private HostOptions host = new HostOptions();

    @Option(
            names = "--lease-seconds",
            defaultValue = "30",
            description =
                    "How long guests live without a renewal of its Lease, 15 at least (default: ${DEFAULT-VALUE}).")
    private int leaseSeconds;

    @Mixin
    private LoggingOptions logging = new LoggingOptions();

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        logging.apply();
        if (leaseSeconds < LEAST_SECONDS) {
            throw new ParameterException(
                    command.commandLine(),
                    "--lease-seconds: %d is too short for a renewal; give %d at least"
                            .formatted(leaseSeconds, LEAST_SECONDS));
        }
        var client = KubernetesClients.open("meridian-guard/" + host.node(), new ApiMeter());
        try (var guard = new Guard(
                client,
                host.node(),
                host.runDirectory(),
                Duration.ofSeconds(leaseSeconds),
                InstantSource.system(),
                // Not by way of shutdown hooks: what is held is to end.
                () -> Runtime.getRuntime().halt(1))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(guard)));
            guard.start();
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private static void leave(Guard guard) {
        try {
            guard.leave();
            LOG.info("all guests are let go");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
