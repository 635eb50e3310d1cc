package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class EnvironmentTest {
    @Test
    void optionThatIsNotGivenIsTakenFromTheEnvironment() {
        // given
        var environment = Map.of(
                "MERIDIAN_NODE", "n1",
                "MERIDIAN_LIBVIRT_URI", "test:///default",
                "MERIDIAN_CLUSTER_NETWORK", "10.0.0.0/8,fd00::/8",
                "MERIDIAN_MANAGEMENT_ADDRESS", "127.0.0.1:1",
                "MERIDIAN_LOG_FORMAT", "json",
                "MERIDIAN_RESYNC", " ");
        // when
        var agent = parsed(environment, "agent", "--libvirt-uri", "qemu:///system");
        // then
        assertThat(value(agent, "--node")).isEqualTo("n1");
        assertThat(value(agent, "--libvirt-uri")).isEqualTo("qemu:///system");
        assertThat(value(agent, "--cluster-network")).isEqualTo(List.of("10.0.0.0/8", "fd00::/8"));
        assertThat(value(agent, "--management-address"))
                .hasToString(
                        new ManagementAddress.Converter().convert("127.0.0.1:1").toString());
        assertThat(value(agent, "--log-format")).hasToString("json");
        assertThat(value(agent, "--resync")).hasToString("PT5M");
    }

    @Test
    void switchIsTurnedOnByTheEnvironmentAndStaysOnWhereItIsGivenTwice() {
        // given
        var on = Map.of("MERIDIAN_NO_MIGRATION_SIGNER", "true");
        var off = Map.of("MERIDIAN_NO_MIGRATION_SIGNER", "false");
        // when
        var byEnvironment = parsed(on, "controller");
        var byBoth = parsed(on, "controller", "--no-migration-signer");
        // then
        assertThat(value(byEnvironment, "--no-migration-signer")).isEqualTo(true);
        assertThat(value(byBoth, "--no-migration-signer")).isEqualTo(true);
        assertThat(value(parsed(off, "controller"), "--no-migration-signer")).isEqualTo(false);
        assertThat(value(parsed(off, "controller", "--no-migration-signer"), "--no-migration-signer"))
                .isEqualTo(true);
    }

    @Test
    void wrongValueOfTheEnvironmentIsToldByItsOption() {
        // given
        var said = new StringWriter();
        var line = Main.commandLine(Map.of("MERIDIAN_LOG_LEVEL", "loud")::get).setErr(new PrintWriter(said));
        // when
        var status = line.execute("controller");
        // then
        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.toString()).contains("--log-level").contains("loud").contains("debug");
    }

    private static CommandSpec parsed(Map<String, String> environment, String... arguments) {
        return Main.commandLine(environment::get)
                .parseArgs(arguments)
                .subcommand()
                .commandSpec();
    }

    private static Object value(CommandSpec command, String option) {
        return command.findOption(option).getValue();
    }
}
