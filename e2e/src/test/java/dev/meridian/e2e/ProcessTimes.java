package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What processes, the bench itself and all others have taken of the machine's CPUs. */
record ProcessTimes(Instant at, Map<String, Double> seconds, Map<String, Long> pids) {
    private static final String OTHERS = "others";
    private static final List<String> CONTROL_PLANE =
            List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "controller");
    private static final List<String> OF_A_NODE = List.of("kubelet", "containerd", "libvirtd", "agent");

    /** USER_HZ, which is 100 wherever Linux runs Java. */
    private static final double TICKS = 100;

    /**
     * Of a cluster whose kubelets are kwok's.
     *
     * @param agents processes of agents, which are counted as one
     */
    static ProcessTimes now(Testbed testbed, List<Long> agents) {
        var pids = controlPlane(testbed);
        pids.put("kwok", Long.parseLong(testbed.verb("pid", "kwok").orFail()));
        agents.forEach(pid -> pids.put("agents-" + pid, pid));
        return now(pids);
    }

    /** Those of the nodes are counted as one of each. */
    static ProcessTimes ofNodes(Testbed testbed) {
        var pids = controlPlane(testbed);
        for (var node : testbed.nodes()) {
            OF_A_NODE.forEach(name -> {
                var pid = Long.parseLong(testbed.verb("pid", name, node.name()).orFail());
                pids.put(name + "-" + pid, pid);
            });
        }
        return now(pids);
    }

    private static Map<String, Long> controlPlane(Testbed testbed) {
        var pids = new LinkedHashMap<String, Long>();
        CONTROL_PLANE.forEach(
                name -> pids.put(name, Long.parseLong(testbed.verb("pid", name).orFail())));
        pids.put("bench", ProcessHandle.current().pid());
        return pids;
    }

    private static ProcessTimes now(Map<String, Long> pids) {
        var seconds = new LinkedHashMap<String, Double>();
        pids.forEach((name, pid) -> seconds.put(name, seconds(pid)));
        seconds.put(
                OTHERS,
                busy()
                        - seconds.values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum());
        return new ProcessTimes(Instant.now(), seconds, pids);
    }

    /** As parts of one CPU. What processes that have begun since take, such as hypervisors and pods, is others'. */
    void tellSince(String when) {
        var now = now(pids);
        var took = Duration.between(at, now.at).toMillis() / 1e3;
        Figures.note(
                "CPUs taken %s: %s",
                when,
                seconds.keySet().stream()
                        .collect(Collectors.groupingBy(
                                name -> name.replaceAll("-[0-9]+$", ""),
                                LinkedHashMap::new,
                                Collectors.summingDouble(name -> now.taken(name) - taken(name))))
                        .entrySet()
                        .stream()
                        .map(entry -> "%s %.2f".formatted(entry.getKey(), entry.getValue() / took))
                        .collect(Collectors.joining(", ")));
    }

    /** Of all CPUs and all processes: the first line of proc(5)'s stat, without idle and iowait. */
    private static double busy() {
        try {
            var fields = Files.readString(Path.of("/proc/stat"))
                    .lines()
                    .findFirst()
                    .orElseThrow()
                    .split(" +", -1);
            return Stream.of(1, 2, 3, 6, 7)
                            .mapToLong(i -> Long.parseLong(fields[i]))
                            .sum()
                    / TICKS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double taken(String name) {
        return seconds.getOrDefault(name, 0.0);
    }

    /**
     * When a process began, to a hundredth of a second. What Java and ps tell is up to a second too early, all alike: they add
     * to the second of the boot (proc(5), btime), of which the kernel says no fraction.
     */
    static Instant start(long pid) {
        try {
            var uptime = Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0];
            var age = Double.parseDouble(uptime) - Long.parseLong(stat(pid)[19]) / TICKS;
            return Instant.now().minusMillis(Math.round(age * 1000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fields 14 and 15 of proc(5)'s stat. */
    private static double seconds(long pid) {
        try {
            var fields = stat(pid);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** proc(5)'s stat from its field 3 on, which follows the command's name, which may hold anything. */
    private static String[] stat(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }
}
