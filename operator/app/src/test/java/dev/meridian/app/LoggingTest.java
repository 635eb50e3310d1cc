package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {
    private final PrintStream terminal = System.err;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    @AfterEach
    void giveTheTerminalBack() {
        System.setErr(terminal);
        Logging.configure();
    }

    @Test
    void clientSaysNothingOfTheVersionOfOurApiButItsOtherWarnings() {
        // given
        System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
        Logging.configure();
        // when
        VersionUsageUtils.log("virtualmachines", "v1alpha1");
        LoggerFactory.getLogger("io.fabric8.kubernetes.client").warn("watch is lost");
        LoggerFactory.getLogger("dev.meridian.agent").info("agent serves");
        // then
        assertThat(lines.toString(StandardCharsets.UTF_8))
                .doesNotContain("v1alpha1")
                .contains(" WARNING client watch is lost\n")
                .contains(" INFO agent agent serves\n");
    }
}
