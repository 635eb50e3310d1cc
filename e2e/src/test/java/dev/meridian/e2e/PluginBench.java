package dev.meridian.e2e;

import java.util.ArrayList;
import java.util.List;

/** How long a person waits for the plugin, from the start of kubectl to its end. */
final class PluginBench {
    private static final int ROUNDS = 9;
    private static final int WARM_UP = 2;

    private final Plugin plugin;

    private PluginBench(Testbed testbed) {
        this.plugin = new Plugin(testbed, testbed.kubeconfig());
    }

    static void run(Testbed testbed) {
        var bench = new PluginBench(testbed);
        Figures.atMost("plugin-help-ms", bench.median("--help"), 300);
        Figures.report("plugin-list-ms", bench.median("list", "-A"));
    }

    private double median(String... arguments) {
        var millis = new ArrayList<Double>();
        for (var round = 0; round < ROUNDS + WARM_UP; round++) {
            var begin = System.nanoTime();
            plugin.run(arguments).orFail();
            millis.add((System.nanoTime() - begin) / 1e6);
        }
        return Figures.percentile(List.copyOf(millis.subList(WARM_UP, millis.size())), 50);
    }
}
