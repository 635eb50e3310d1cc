package dev.meridian.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code kubectl meridian}, as a person has it in a shell.
 *
 * @param kubeconfig whose context says which namespace is meant; several with colons between
 */
record Plugin(Testbed testbed, String kubeconfig) {
    static Path directory(Testbed testbed) {
        return Path.of(testbed.repository(), "operator/cli/target/kubectl-meridian");
    }

    /** kubectl finds plugins in the PATH. */
    static String path(Testbed testbed) {
        return directory(testbed).resolve("bin") + ":"
                + Path.of(testbed.kubectl()).getParent() + ":" + System.getenv("PATH");
    }

    Testbed.Said run(String... arguments) {
        return kubectl("meridian", arguments);
    }

    /** Through the shell, for what is piped. */
    Testbed.Said shell(String script) {
        var command = environment();
        command.addAll(List.of("bash", "-euo", "pipefail", "-c", script));
        return Testbed.run(command);
    }

    /** The candidates for the last word, as kubectl has them of the plugin, without what they are. */
    List<String> completed(String... words) {
        var command = environment();
        command.addAll(List.of("bash", "-c", "kubectl __complete meridian \"$@\" 2> /dev/null", "completed"));
        command.addAll(List.of(words));
        return Testbed.run(command)
                .orFail()
                .lines()
                .map(line -> line.replaceFirst("\t.*", ""))
                .toList();
    }

    private Testbed.Said kubectl(String verb, String... arguments) {
        var command = environment();
        command.addAll(List.of("kubectl", verb));
        command.addAll(List.of(arguments));
        return Testbed.run(command);
    }

    private List<String> environment() {
        return new ArrayList<>(List.of("env", "KUBECONFIG=" + kubeconfig, "PATH=" + path(testbed)));
    }
}
