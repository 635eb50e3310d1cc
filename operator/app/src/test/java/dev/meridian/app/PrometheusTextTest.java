package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.app.PrometheusText.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void metricsAreWrittenWithTheirLabelsAndHelpEscaped() {
        // when
        var text = new PrometheusText()
                .gauge("one", "of a \\ and\na line", List.of(new Sample(Map.of("b", "\"q\"", "a", "x\\y\nz"), -0.5)))
                .counter("two_total", "counted", List.of(new Sample(7)))
                .gauge("none", "that nobody has", List.of());

        // then
        assertThat(text.toString()).isEqualTo("""
                # HELP one of a \\\\ and\\na line
                # TYPE one gauge
                one{a="x\\\\y\\nz",b="\\"q\\""} -0.5
                # HELP two_total counted
                # TYPE two_total counter
                two_total 7.0
                """);
    }
}
