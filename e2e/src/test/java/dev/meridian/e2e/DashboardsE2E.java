package dev.meridian.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The queries of the dashboards, asked of a Prometheus that scrapes agents and a controller with a machine. */
@Shared
class DashboardsE2E {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Panels that are empty when all is well, and why. */
    private static final Map<String, String> EMPTY = Map.of(
            "Not as they should be", "a machine is in it while it is not Ready",
            "Calls that failed", "libvirt's errors are counted from the first one on");

    @TempDir
    private static Path directory;

    private static Machines machines;
    private static Prometheus prometheus;

    @BeforeAll
    static void open() throws IOException {
        var testbed = Testbed.open();
        machines = new Machines(testbed, "dashboards");
        machines.createFrom(machines.manifest("shown", """
                          stopMode: Hard
                          interfaces: [{name: lan}]
                          disks: [{name: data, blank: {}, size: 16Mi}]
                        """)
                .replace(testbed.guest().initramfs(), testbed.guest().agentInitramfs()));
        prometheus = new Prometheus(
                testbed,
                Stream.concat(testbed.nodes().stream().map(Management::of), Stream.of(Management.ofController()))
                        .toList(),
                directory);
        machines.awaitReady("shown", "Running");
    }

    @AfterAll
    static void close() {
        try (var _ = machines) {
            prometheus.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.meridian.e2e.DashboardsTest#queries")
    void queryIsAnswered(Dashboard.Query query) throws IOException {
        // given
        var promql = query.ofAll(Prometheus.SCRAPE_INTERVAL);

        // when
        var series = prometheus.query(promql);

        // then
        if (!EMPTY.containsKey(query.panel()) && series.isEmpty()) {
            Awaitility.await(query + " to have a series")
                    .atMost(LIMIT)
                    .until(() -> !prometheus.query(promql).isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("variables")
    void variableHasTheValuesThatThereAre(Dashboard.Variable variable) {
        Awaitility.await(variable + " to have a value")
                .atMost(LIMIT)
                .until(() -> !prometheus
                        .labelValues(variable.label(), variable.ofAll())
                        .isEmpty());
    }

    static Stream<Dashboard.Variable> variables() {
        return DashboardsTest.dashboards().flatMap(Dashboard::variables);
    }
}
