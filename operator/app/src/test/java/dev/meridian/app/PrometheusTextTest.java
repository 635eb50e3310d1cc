package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void labelsAndHelpAreEscaped() {
        // when
        var text = new PrometheusText()
                .metric(PrometheusText.Type.GAUGE, "one", "of a \\ and\na line")
                .sample("one", Map.of("b", "\"q\"", "a", "x\\y\nz"), -0.5)
                .sample("one", Double.POSITIVE_INFINITY);

        // then
        assertThat(text.toString()).isEqualTo("""
                # HELP one of a \\\\ and\\na line
                # TYPE one gauge
                one{a="x\\\\y\\nz",b="\\"q\\""} -0.5
                one Infinity
                """);
    }
}
