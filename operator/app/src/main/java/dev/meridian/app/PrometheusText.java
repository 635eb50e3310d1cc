package dev.meridian.app;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Metrics in Prometheus' text format, version 0.0.4. Written by hand: a registry of meters (micrometer) would cost each
 * agent 3 MiB more, and has nothing to keep, for what is told is measured at each scrape.
 */
final class PrometheusText {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    /** What a metric does over time. */
    enum Type {
        GAUGE("gauge"),
        COUNTER("counter");

        private final String word;

        Type(String word) {
            this.word = word;
        }
    }

    /** Begins a metric; its samples follow. */
    PrometheusText metric(Type type, String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(escaped(help)).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type.word).append('\n');
        return this;
    }

    PrometheusText sample(String name, double value) {
        text.append(name).append(' ').append(value).append('\n');
        return this;
    }

    PrometheusText sample(String name, Map<String, String> labels, double value) {
        var named = labels.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=\"" + escaped(label.getValue()).replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
        return sample(name + named, value);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
