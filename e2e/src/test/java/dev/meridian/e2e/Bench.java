package dev.meridian.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/** The figures, each measured beside what it is compared with: {@code figure NAME VALUE LIMIT ok|MISS}. */
public final class Bench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 60);
    private static final int WARM_UP = 3;

    private final Testbed testbed = Testbed.open();
    private final Testbed.Node node = testbed.nodes().getFirst();

    private Bench() {}

    public static void main(String[] arguments) {
        var bench = new Bench();
        try (var machines = new Machines(bench.testbed, "bench")) {
            bench.residentMemory();
            bench.starts(machines);
        }
    }

    private void residentMemory() {
        figure(
                "agent-rss-idle-mib",
                rssMebibytes(testbed.verb("pid", "agent", node.name()).orFail()),
                110);
        figure(
                "controller-rss-idle-mib",
                rssMebibytes(testbed.verb("pid", "controller").orFail()),
                150);
    }

    /** Alternating: a machine through the operator, the same definition by virsh. */
    private void starts(Machines machines) {
        var operator = new ArrayList<Double>();
        var virsh = new ArrayList<Double>();
        var writes = new ArrayList<Double>();
        for (int round = 0; round < ROUNDS + WARM_UP; round++) {
            var name = "start-" + round;
            var since = Instant.now();
            var viaOperator = byOperator(machines, name);
            var written = writesSince(since);
            var xml = machines.testbed
                    .virsh(node, "dumpxml", "--inactive", machines.domain(name))
                    .orFail();
            machines.delete(name);
            machines.awaitGone(name);
            var viaVirsh = byVirsh(machines, name, xml);
            if (round >= WARM_UP) {
                operator.add(viaOperator);
                virsh.add(viaVirsh);
                writes.add(written);
            }
        }
        System.out.printf("start: operator p50 %.0f ms, virsh p50 %.0f ms%n", at(operator, 50), at(virsh, 50));
        figure("start-ratio-p50", at(operator, 50) / at(virsh, 50), 1.15);
        figure("start-ratio-p95", at(operator, 95) / at(virsh, 95), 1.4);
        figure("api-writes-per-start", at(writes, 50), 5);
    }

    private double byOperator(Machines machines, String name) {
        var manifest = machines.manifest(name, "  stopMode: Hard\n");
        var begin = System.currentTimeMillis() * 1_000_000L;
        var uid = machines.post(manifest);
        var started = startedAt(uid);
        machines.awaitReady(name, "Running");
        return (started - begin) / 1e6;
    }

    private double byVirsh(Machines machines, String name, String xml) {
        var uid = UUID.randomUUID().toString();
        var domain = "by-virsh-" + name;
        var own = xml.replaceAll("<uuid>[^<]*</uuid>", "<uuid>" + uid + "</uuid>")
                .replaceAll("<name>[^<]*</name>", "<name>" + domain + "</name>")
                .replaceAll("(?s)<metadata>.*</metadata>", "");
        var begin = System.currentTimeMillis() * 1_000_000L;
        machines.define(node, own);
        testbed.virsh(node, "start", domain).orFail();
        var started = startedAt(uid);
        testbed.virsh(node, "destroy", domain).orFail();
        testbed.virsh(node, "undefine", domain).orFail();
        return (started - begin) / 1e6;
    }

    /** When libvirt said so on the observer's connection, in nanoseconds of the epoch. */
    private long startedAt(String uid) {
        return Awaitility.await("libvirt's STARTED of " + uid)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> started(uid), at -> at > 0);
    }

    private long started(String uid) {
        try (var lines = Files.lines(Path.of(testbed.observerLog()))) {
            return lines.filter(line -> line.contains(uid) && line.contains("\"started\""))
                    .map(Bench::json)
                    .filter(seen -> seen.path("source").asText().equals("libvirt"))
                    .mapToLong(seen -> seen.path("ns").asLong())
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double writesSince(Instant since) {
        var audit = json(
                testbed.verb("audit", "--since", since.toString(), "--json").output());
        return audit.path("writes").path("agent").asDouble()
                + audit.path("writes").path("controller").asDouble();
    }

    private static double rssMebibytes(String pid) {
        try (var lines = Files.lines(Path.of("/proc", pid.strip(), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double at(List<Double> values, int percentile) {
        var sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percentile / 100));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }

    private static void figure(String name, double value, double limit) {
        System.out.printf("figure %s %.2f %.2f %s%n", name, value, limit, value <= limit ? "ok" : "MISS");
    }
}
