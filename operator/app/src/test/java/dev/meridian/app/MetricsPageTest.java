package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.app.PrometheusText.Family;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** The reference of metrics in docs/metrics.md, which {@code -Ddocs.write=true} writes anew from what is measured. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("../../docs/metrics.md");

    @Test
    void documentListsTheMetricsThatThereAre() throws IOException {
        // given
        var page = Files.readString(PAGE);
        // when
        var listed = with(
                with(page, "the agent", AgentMeters.text(Measured.agent(), api())),
                "the controller",
                ControllerMeters.text(Measured.controller(), api()));
        // then
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, listed);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(listed);
    }

    @Test
    void metricsAreNamedAsPrometheusAsks() throws IOException {
        // given
        var agent = AgentMeters.text(Measured.agent(), api()).families();
        var controller = ControllerMeters.text(Measured.controller(), api()).families();
        // then
        assertThat(Stream.of(agent, controller).flatMap(List::stream)).allSatisfy(metric -> {
            assertThat(metric.name()).matches("(meridian|process)_[a-z_]+");
            assertThat(metric.name().endsWith("_total")).isEqualTo(metric.type().equals("counter"));
            assertThat(metric.help()).isNotBlank();
            if (metric.name().startsWith("meridian_vm_") && !metric.name().equals("meridian_vm_clock_changes_total")) {
                assertThat(metric.labels()).contains("namespace", "name").doesNotContain("node", "uid");
            }
        });
    }

    private static String with(String page, String process, PrometheusText text) {
        var begin = "<!-- metrics of %s -->\n".formatted(process);
        assertThat(page).contains(begin);
        int from = page.indexOf(begin) + begin.length();
        return page.substring(0, from)
                + Stream.concat(
                                Stream.of("| metric | type | what it is |", "|---|---|---|"),
                                text.families().stream().map(MetricsPageTest::row))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining())
                + page.substring(page.indexOf("<!-- end -->\n", from));
    }

    private static String row(Family metric) {
        var labels = metric.labels().isEmpty() ? "" : "{" + String.join(",", metric.labels()) + "}";
        return "| `%s%s` | %s | %s |".formatted(metric.name(), labels, metric.type(), metric.help());
    }

    /** That has counted a request. */
    private static ApiMeter api() throws IOException {
        var meter = new ApiMeter();
        var request = new Request.Builder().url("https://api/").build();
        var answered = (Interceptor.Chain) Proxy.newProxyInstance(
                MetricsPageTest.class.getClassLoader(),
                new Class<?>[] {Interceptor.Chain.class},
                (_, method, _) -> method.getName().equals("request")
                        ? request
                        : new Response.Builder()
                                .request(request)
                                .protocol(Protocol.HTTP_1_1)
                                .code(200)
                                .message("OK")
                                .build());
        meter.intercept(answered).close();
        return meter;
    }
}
