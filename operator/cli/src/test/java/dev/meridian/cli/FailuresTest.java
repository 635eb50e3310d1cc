package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "list --wrong | error: unknown flag: --wrong; see 'kubectl meridian list --help'",
                "lost | error: unknown command \"lost\" for \"kubectl meridian\"; see 'kubectl meridian --help'",
                "list web | error: unexpected argument \"web\"; see 'kubectl meridian list --help'",
                "list -o xml | error: --output: \"xml\" is no format; give one of wide, name, json, yaml",
                "list | error: no cluster is configured: neither --kubeconfig nor $KUBECONFIG nor ~/.kube/config names one; give one of them, or --server",
                "list -s ftp://x | error: --server: \"ftp://x\" is no address of an API server; give one like https://host:6443",
                "list -s http://127.0.0.1:1 | The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
                "list --as-group a -s http://127.0.0.1:1 | error: --as: it is missing, and --as-group and --as-uid are of whom it names; give --as NAME",
                "start web --run-strategy Never -s http://127.0.0.1:1 | error: Invalid value for option '--run-strategy': expected one of [Always, RerunOnFailure, Once, Manual, Halted] (case-insensitive) but was 'Never'; see 'kubectl meridian start --help'",
                "completion powershell | error: SHELL: \"powershell\" is none that is known; give one of bash, zsh, fish",
                "wait web --for=Ready=Maybe | error: --for: \"Maybe\" is no status of a condition; give True, False or Unknown",
            })
    void commandLineThatCannotBeIsSaidInOneLine(String arguments, String line) {
        // when
        var ran = Ran.run(arguments.split(" ", -1));

        // then
        assertThat(ran).isEqualTo(new Ran(1, "", line + "\n"));
    }

    @Test
    void faultOfOurOwnIsOneLineToo() {
        assertThat(Failures.line(new IllegalStateException("a\n  b")))
                .isEqualTo("error: this is a fault of kubectl-meridian: java.lang.IllegalStateException: a b");
    }

    @Test
    void helpNamesEveryCommand() {
        // when
        var ran = Ran.run("--help");

        // then
        assertThat(ran.code()).isZero();
        for (var command : CommandName.values()) {
            assertThat(ran.out()).containsPattern("(?m)^  " + command + " ");
            assertThat(Ran.run(command.name(), "--help").out()).contains("Usage: kubectl meridian " + command);
        }
    }
}
