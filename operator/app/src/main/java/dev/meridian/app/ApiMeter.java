package dev.meridian.app;

import dev.meridian.josdk.Durations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Counts a process' requests to the API server, and how long it takes until each is answered. */
final class ApiMeter implements Interceptor {
    private static final double[] BOUNDS = {0.01, 0.1, 1, 10};

    /** Of a request that was not answered. */
    private static final String UNANSWERED = "none";

    private final Map<String, Durations> durations = new ConcurrentHashMap<>();
    private final Map<Answered, LongAdder> answers = new ConcurrentHashMap<>();

    private record Answered(String method, String code) {}

    @Override
    public Response intercept(Chain chain) throws IOException {
        var method = chain.request().method();
        var begin = System.nanoTime();
        try {
            var response = chain.proceed(chain.request());
            answered(method, Integer.toString(response.code()));
            return response;
        } catch (IOException e) {
            answered(method, UNANSWERED);
            throw e;
        } finally {
            durations.computeIfAbsent(method, _ -> new Durations(BOUNDS)).took(System.nanoTime() - begin);
        }
    }

    private void answered(String method, String code) {
        answers.computeIfAbsent(new Answered(method, code), _ -> new LongAdder())
                .increment();
    }

    void tell(PrometheusText text) {
        List<PrometheusText.Sample> counts = new ArrayList<>();
        answers.forEach((answered, count) -> counts.add(new PrometheusText.Sample(
                Map.of("method", answered.method(), "code", answered.code()), (double) count.sum())));
        text.counter(
                "meridian_api_requests_total",
                "Requests to the API server, by its answer; none where there was none",
                counts);
        List<PrometheusText.Timed> timed = new ArrayList<>();
        new TreeMap<>(durations)
                .forEach((method, took) -> timed.add(new PrometheusText.Timed(Map.of("method", method), took.soFar())));
        text.histogram(
                "meridian_api_request_duration_seconds",
                "How long the API server took to answer, of a watch to begin",
                timed);
    }
}
