package dev.meridian.app;

import dev.meridian.agent.AgentMetrics;
import dev.meridian.agent.MachineFigures;
import dev.meridian.domain.machine.Identity;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What it takes an agent to write the figures of 200 machines down for Prometheus: {@code scrape-rendering-ms}. */
final class RenderingBench {
    private static final int MACHINES = 200;
    private static final int SCRAPES = 201;
    private static final int WARM_UP = SCRAPES;

    private RenderingBench() {}

    public static void main(String[] arguments) {
        var metrics = Measured.agent(
                List.of(),
                IntStream.range(0, MACHINES).mapToObj(RenderingBench::machine).toList());
        var api = new ApiMeter();
        IntStream.range(0, WARM_UP).forEach(_ -> render(metrics, api));
        var nanos = LongStream.generate(() -> {
                    long begin = System.nanoTime();
                    render(metrics, api);
                    return System.nanoTime() - begin;
                })
                .limit(SCRAPES)
                .sorted()
                .toArray();
        System.out.printf("rendering of %d machines: %d KiB%n", MACHINES, render(metrics, api) >> 10);
        System.out.printf(Locale.ROOT, "figure scrape-rendering-ms %.2f - ok%n", nanos[SCRAPES / 2] / 1e6);
    }

    private static int render(AgentMetrics metrics, ApiMeter api) {
        return AgentMeters.text(metrics, api).toString().length();
    }

    private static MachineFigures machine(int number) {
        var some = OptionalLong.of(1L << 40 | number);
        return new MachineFigures(
                new Identity("shop", "machine-" + number, new UUID(0, number)),
                "running",
                OptionalDouble.of(number + 0.5),
                some,
                some,
                List.of(
                        new MachineFigures.Disk("vda", some, some, some, some, some),
                        new MachineFigures.Disk("vdb", some, some, some, some, some)),
                List.of(new MachineFigures.Interface("0", some, some, some, some, some, some)));
    }
}
