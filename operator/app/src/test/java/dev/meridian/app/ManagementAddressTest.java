package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

class ManagementAddressTest {
    private final StringWriter errors = new StringWriter();
    private final Listening listening = new Listening();
    private final CommandLine line = new CommandLine(listening).setErr(new PrintWriter(errors));

    @ParameterizedTest
    @CsvSource({"0.0.0.0:9440, 0.0.0.0, 9440", "[::1]:1, 0:0:0:0:0:0:0:1, 1", "127.0.0.1:0, 127.0.0.1, 0"})
    void addressIsAHostAndAPort(String text, String host, int port) {
        // when
        line.parseArgs("--management-address", text);

        // then
        assertThat(listening.address.socket().getAddress().getHostAddress()).isEqualTo(host);
        assertThat(listening.address.socket().getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9440", ":9440", "0.0.0.0", "0.0.0.0:", "0.0.0.0:65536", "0.0.0.0:x", "::1:9440", ""})
    void otherTextIsRefusedByTheNameOfTheOption(String text) {
        // when
        var status = line.execute("--management-address", text);

        // then
        assertThat(status).isEqualTo(2);
        assertThat(errors.toString())
                .contains("'--management-address'")
                .contains("'%s' is not HOST:PORT".formatted(text));
    }

    @Test
    void portThatIsTakenIsToldWithOptionValueAndCause() throws IOException {
        // given
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = "127.0.0.1:" + taken.getLocalPort();

            // when
            var status = line.execute("--management-address", address);

            // then
            assertThat(status).isEqualTo(2);
            assertThat(errors.toString()).contains("--management-address " + address + ": Address already in use");
        }
    }

    @Command
    private static final class Listening implements Callable<Integer> {
        @Option(names = ManagementAddress.OPTION, converter = ManagementAddress.Converter.class)
        private ManagementAddress address = ManagementAddress.NONE;

        @Spec
        private CommandSpec command = CommandSpec.create();

        @Override
        public Integer call() {
            try (var _ = address.listen(command)) {
                return 0;
            }
        }
    }
}
