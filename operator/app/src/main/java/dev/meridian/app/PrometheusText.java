package dev.meridian.app;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Metrics in Prometheus' text format. Its client's model and writer alone: a registry of meters has nothing to keep, for
 * what is told is measured at each scrape.
 */
final class PrometheusText {
    private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.builder()
            .setIncludeCreatedTimestamps(false)
            .build();

    static final String CONTENT_TYPE = WRITER.getContentType();

    private static final String TOTAL = "_total";

    private final List<MetricSnapshot> metrics = new ArrayList<>();

    /** One value of a metric. */
    record Sample(Map<String, String> labels, double value) {
        Sample(double value) {
            this(Map.of(), value);
        }

        private Labels named() {
            return Labels.of(
                    labels.keySet().stream().sorted().toList(),
                    labels.keySet().stream().sorted().map(labels::get).toList());
        }
    }

    PrometheusText gauge(String name, String help, List<Sample> samples) {
        var gauge = GaugeSnapshot.builder().name(name).help(help);
        samples.forEach(sample -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(sample.named())
                .value(sample.value())
                .build()));
        metrics.add(gauge.build());
        return this;
    }

    /** @param name ends in {@code _total} */
    PrometheusText counter(String name, String help, List<Sample> samples) {
        var counter = CounterSnapshot.builder()
                .name(name.substring(0, name.length() - TOTAL.length()))
                .help(help);
        samples.forEach(sample -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(sample.named())
                .value(sample.value())
                .build()));
        metrics.add(counter.build());
        return this;
    }

    @Override
    public String toString() {
        var text = new ByteArrayOutputStream();
        try {
            WRITER.write(text, new MetricSnapshots(metrics));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
