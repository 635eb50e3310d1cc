package dev.meridian.app;

import dev.meridian.agent.Agent;
import dev.meridian.api.v1alpha1.Meridian;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meridian agent}: serves one node. */
@Command(
        name = "agent",
        description = "Serves the machines of one node.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class AgentCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(
            names = ManagementAddress.OPTION,
            paramLabel = ManagementAddress.FORM,
            defaultValue = "0.0.0.0:9440",
            converter = ManagementAddress.Converter.class,
            description = ManagementAddress.DESCRIPTION)
    private ManagementAddress managementAddress = ManagementAddress.NONE;

    @Mixin
    private LoggingOptions logging = new LoggingOptions();

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        logging.apply();
        var options = node.options(command);
        var api = new ApiMeter();
        try (var management = managementAddress.listen(command)) {
            var agent = new Agent(
                    KubernetesClients.open(Meridian.AGENT + "/" + options.nodeName(), api),
                    options,
                    CrashPoint.fromEnvironment(),
                    InstantSource.system());
            management.tellOf(new Managed(
                    agent::stuck,
                    agent::notReady,
                    () -> AgentMeters.text(agent.metrics(), api).toString()));
            return UntilTerminated.run(agent, agent::start, agent.ended());
        }
    }
}
