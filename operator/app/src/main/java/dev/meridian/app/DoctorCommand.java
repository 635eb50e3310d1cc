package dev.meridian.app;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.meridian.agent.Finding;
import dev.meridian.agent.NodeDoctor;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meridian doctor}: says what is wrong with a node, and how to mend it. */
@Command(
        name = "doctor",
        description = "Looks at what the node needs to run machines well, and changes nothing.",
        footer = "Ends with 1 if something failed, else with 0.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DoctorCommand implements Callable<Integer> {
    private enum Output {
        text,
        json
    }

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Output output = Output.text;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        var findings = new NodeDoctor(node.options(command))
                .examine(InstantSource.system().instant());
        var out = command.commandLine().getOut();
        switch (output) {
            case text -> findings.forEach(finding -> out.print(lines(finding)));
            case json ->
                out.println(JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(findings));
        }
        out.flush();
        return hasFailed(findings) ? 1 : 0;
    }

    private static boolean hasFailed(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.verdict() == Finding.Verdict.Failed);
    }

    private static String lines(Finding finding) {
        var line = "%-8s %-15s %s%n".formatted(finding.verdict(), finding.check(), finding.message());
        return finding.remedy().isEmpty() ? line : line + "%-24s -> %s%n".formatted("", finding.remedy());
    }
}
