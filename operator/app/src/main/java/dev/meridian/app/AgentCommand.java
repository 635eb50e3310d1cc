package dev.meridian.app;

import dev.meridian.agent.Agent;
import dev.meridian.agent.AgentOptions;
import dev.meridian.api.v1alpha1.Meridian;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meridian agent}: serves one node. */
@Command(name = "agent", description = "Serves the machines of one node.", mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {
    @Option(
            names = "--node",
            required = true,
            defaultValue = "${env:NODE_NAME}",
            description = "The Kubernetes node (NODE_NAME).")
    private String node = "";

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
            names = "--run-dir",
            defaultValue = "/run/meridian",
            description = "Directory of the host for the agent's lock (default: ${DEFAULT-VALUE}).")
    private Path runDirectory = Path.of("/");

    @Option(
            names = "--resync",
            defaultValue = "PT5M",
            description =
                    "How often each machine is looked at without a hint, as ISO 8601 (default: ${DEFAULT-VALUE}).")
    private Duration resync = Duration.ZERO;

    @Override
    public Integer call() throws Exception {
        var options = new AgentOptions(node, libvirtUri, stateDirectory, runDirectory, resync);
        var agent = new Agent(
                KubernetesClients.open(Meridian.AGENT + "/" + node),
                options,
                CrashPoint.fromEnvironment(),
                InstantSource.system());
        return UntilTerminated.run(agent, agent::start, agent.ended());
    }
}
