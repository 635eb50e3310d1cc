package dev.meridian.app.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {
    private static final String HOSTILE =
            "a\nlevel=error\r\n{\"level\":\"error\"}\t\u001b[2J\u0085\u2028\u2029\u202e\ud800\"\\\0 käse 日本";

    private static final Logger LOG = LoggerFactory.getLogger("dev.meridian.agent");

    private final PrintStream terminal = System.err;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    @AfterEach
    void giveTheTerminalBack() {
        System.setErr(terminal);
        Logging.configure(LogFormat.text, LogLevel.info);
    }

    @Test
    void clientSaysNothingOfTheVersionOfOurApiButItsOtherWarnings() {
        // given
        configure(LogFormat.text);
        // when
        VersionUsageUtils.log("virtualmachines", "v1alpha1");
        LoggerFactory.getLogger("io.fabric8.kubernetes.client").warn("watch is lost");
        LOG.atInfo().addKeyValue("node", "n1").addKeyValue("machines", 3).log("{} serves", "agent");
        // then
        assertThat(said())
                .doesNotContain("v1alpha1")
                .contains(" WARNING client watch is lost\n")
                .contains(" INFO agent node=n1 machines=3 agent serves\n");
    }

    @Test
    void jsonLineHasTheKeyValuesAsFields() throws IOException {
        // given
        configure(LogFormat.json);
        // when
        LOG.atWarn()
                .addKeyValue("node", "n1")
                .addKeyValue("machines", 3)
                .addKeyValue("bytes", 5_000_000_000L)
                .addKeyValue("replaced", true)
                .addKeyValue("level", "high")
                .addKeyValue("cause", (Object) null)
                .log("{} serves", "agent");
        // then
        var line = json().getFirst();
        assertThat(Instant.parse(line.get("time").asText())).isAfter(Instant.EPOCH);
        assertThat(line.get("time").asText()).endsWith("Z");
        assertThat(line.get("level").asText()).isEqualTo("warn");
        assertThat(line.get("logger").asText()).isEqualTo("dev.meridian.agent");
        assertThat(line.get("message").asText()).isEqualTo("agent serves");
        assertThat(line.get("node").asText()).isEqualTo("n1");
        assertThat(line.get("machines").isInt()).isTrue();
        assertThat(line.get("bytes").asLong()).isEqualTo(5_000_000_000L);
        assertThat(line.get("replaced").isBoolean()).isTrue();
        assertThat(line.get("level_").asText()).isEqualTo("high");
        assertThat(line.get("cause").isNull()).isTrue();
    }

    @Test
    void jsonLineHasTheErrorWithItsStack() throws IOException {
        // given
        configure(LogFormat.json);
        // when
        LOG.error("step failed", new IllegalStateException(HOSTILE, new IOException("disk is full")));
        // then
        assertThat(json()).hasSize(1);
        var line = json().getFirst();
        assertThat(line.get("level").asText()).isEqualTo("error");
        assertThat(line.get("error").asText()).startsWith("java.lang.IllegalStateException: a\nlevel=error");
        assertThat(line.get("stack").asText())
                .contains("\tat dev.meridian.app.logging.LoggingTest.")
                .contains("Caused by: java.io.IOException: disk is full");
    }

    @Test
    void hostileTextStaysOneJsonLine() throws IOException {
        // given
        configure(LogFormat.json);
        // when
        LOG.atInfo().addKeyValue("name", HOSTILE).addKeyValue(HOSTILE, 1).log(HOSTILE);
        LOG.info("next");
        // then
        assertThat(said()).matches("\\p{Print}+\n\\p{Print}+\n");
        assertThat(json()).hasSize(2);
        assertThat(json().getFirst().get("message").asText()).isEqualTo(HOSTILE);
        assertThat(json().getFirst().get("name").asText()).isEqualTo(HOSTILE);
        assertThat(json().getFirst().get("level").asText()).isEqualTo("info");
    }

    @Test
    void hostileTextBeginsNoLineOfTextAndReachesTheTerminalPlain() {
        // given
        configure(LogFormat.text);
        // when
        LOG.atError()
                .addKeyValue("name", HOSTILE)
                .setCause(new IOException(HOSTILE))
                .log(HOSTILE);
        // then
        var all = said().lines().toList();
        assertThat(all.getFirst())
                .contains("name=a\\u000alevel=error\\u000d\\u000a{")
                .contains("\\u001b[2J\\u0085\\u2028\\u2029\\u202e")
                .contains("käse 日本");
        assertThat(all.subList(1, all.size()))
                .allSatisfy(line -> assertThat(line).startsWith("  "));
        assertThat(said())
                .matches("[^\\p{Cntrl}\\u0085\\u2028\\u2029\\u202e]*(\n[^\\p{Cntrl}\\u0085\\u2028\\u2029\\u202e]*)*");
    }

    @Test
    void levelIsChangedAsTheProcessRuns() {
        // given
        configure(LogFormat.text);
        LOG.debug("not yet");
        // when
        Logging.setLevel(LogLevel.debug);
        // then
        LOG.debug("now");
        assertThat(Logging.level()).isEqualTo(LogLevel.debug);
        assertThat(said()).doesNotContain("not yet").contains(" FINE agent now\n");
        Logging.setLevel(LogLevel.error);
        LOG.warn("no more");
        assertThat(said()).doesNotContain("no more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Debug", "trace", "info\n", "INFO"})
    void otherLevelsAreNone(String name) {
        assertThat(LogLevel.named(name)).isEmpty();
    }

    private void configure(LogFormat format) {
        System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
        Logging.configure(format, LogLevel.info);
    }

    private String said() {
        return lines.toString(StandardCharsets.UTF_8);
    }

    private List<JsonNode> json() throws IOException {
        try (var values = new ObjectMapper().readerFor(JsonNode.class).<JsonNode>readValues(said())) {
            return values.readAll();
        }
    }
}
