package dev.meridian.app;

import dev.meridian.agent.AgentOptions;
import dev.meridian.agent.MigrationUris;
import dev.meridian.domain.image.Cidr;
import dev.meridian.domain.plan.TargetUri;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which node it is, and where things are there. */
final class NodeOptions {
    @Mixin
    private HostOptions host = new HostOptions();

    @Option(
            names = "--libvirt-uri",
            defaultValue = "qemu:///system",
            description = "The node's own libvirt (default: ${DEFAULT-VALUE}).")
    private String libvirtUri = "";

    @Option(
            names = "--state-dir",
            defaultValue = "/var/lib/meridian",
            description = "Directory of the host for what outlives the agent (default: ${DEFAULT-VALUE}).")
    private Path stateDirectory = Path.of("/");

    @Option(
            names = "--kubelet-root",
            defaultValue = "/var/lib/kubelet",
            description = "kubelet's root directory on the host (default: ${DEFAULT-VALUE}).")
    private Path kubeletRoot = Path.of("/");

    @Option(
            names = "--cluster-network",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "A network of services, pods or nodes, from which no image may come; can be given often, or a list with commas.")
    private List<String> clusterNetworks = List.of();

    @Option(
            names = "--migration-libvirt-uri",
            paramLabel = "URI",
            description = "Where other nodes reach the node's libvirt, such as qemu+tls://HOST/system.")
    private @Nullable String migrationLibvirtUri;

    @Option(
            names = "--migration-uri",
            paramLabel = "URI",
            description = "Where the node's QEMU listens for guests that come to it, such as tcp://HOST.")
    private @Nullable String migrationUri;

    @Option(
            names = "--resync",
            defaultValue = "PT5M",
            description =
                    "How often each machine is looked at without a hint, as ISO 8601 (default: ${DEFAULT-VALUE}).")
    private Duration resync = Duration.ZERO;

    /** @throws ParameterException that names the option whose value is none */
    AgentOptions options(CommandSpec command) {
        return new AgentOptions(
                host.node(),
                libvirtUri,
                stateDirectory,
                host.runDirectory(),
                kubeletRoot,
                networks(command),
                migration(command),
                resync);
    }

    private Optional<MigrationUris> migration(CommandSpec command) {
        if (migrationLibvirtUri == null && migrationUri == null) {
            return Optional.empty();
        }
        if (TargetUri.libvirt(migrationLibvirtUri).isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "--migration-libvirt-uri: %s is none; give qemu+tls://HOST[:PORT]/system, or qemu+tcp:// on a network that nobody else is on"
                            .formatted(migrationLibvirtUri));
        }
        if (TargetUri.migration(migrationUri).isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "--migration-uri: %s is none; give tcp://HOST[:PORT]".formatted(migrationUri));
        }
        return Optional.of(
                new MigrationUris(Objects.requireNonNull(migrationLibvirtUri), Objects.requireNonNull(migrationUri)));
    }

    private List<Cidr> networks(CommandSpec command) {
        try {
            return clusterNetworks.stream().map(Cidr::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--cluster-network: " + e.getMessage(), e);
        }
    }
}
