package dev.meridian.app;

import dev.meridian.josdk.Durations;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
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
import java.util.stream.Stream;

/**
 * Metrics in Prometheus' text format. Its client's model and writer alone, without a registry of meters such as
 * Micrometer's: what is told of machines is measured at each scrape, and a registry would have to be told of each that is
 * gone; what is counted between scrapes are a few histograms of four buckets. Micrometer's registry for Prometheus (1.16.3)
 * would bring twelve jars of 3.6 MB where these three have 0.17.
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

    /** @param name is of seconds */
    PrometheusText histogram(String name, String help, List<Timed> samples) {
        var histogram = HistogramSnapshot.builder().name(name).help(help);
        samples.forEach(sample -> histogram.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(new Sample(sample.labels(), 0).named())
                .classicHistogramBuckets(ClassicHistogramBuckets.of(
                        Stream.concat(sample.durations().bounds().stream(), Stream.of(Double.POSITIVE_INFINITY))
                                .toList(),
                        sample.durations().counts()))
                .sum(sample.durations().sumSeconds())
                .build()));
        metrics.add(histogram.build());
        return this;
    }

    /** What is told so far, without values. */
    List<Family> families() {
        return metrics.stream()
                .map(metric -> new Family(
                        metric.getMetadata().getPrometheusName() + (metric instanceof CounterSnapshot ? TOTAL : ""),
                        switch (metric) {
                            case CounterSnapshot _ -> "counter";
                            case HistogramSnapshot _ -> "histogram";
                            default -> "gauge";
                        },
                        metric.getDataPoints().stream()
                                .flatMap(point -> point.getLabels().stream())
                                .map(Label::getName)
                                .distinct()
                                .sorted()
                                .toList(),
                        metric.getMetadata().getHelp()))
                .toList();
    }

    /** A metric with all its series. */
    record Family(String name, String type, List<String> labels, String help) {}

    /** One histogram of a metric. */
    record Timed(Map<String, String> labels, Durations.Counted durations) {}

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
