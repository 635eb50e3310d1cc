package dev.meridian.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** What the testbed's observer saw of processes and on its own connections to the nodes' libvirt, read as it grows. */
final class ObserverLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String file;
    private final Map<String, List<JsonNode>> observations = new HashMap<>();
    private long position;

    private ObserverLog(String file) {
        this.file = file;
    }

    static ObserverLog of(Testbed testbed) {
        return new ObserverLog(testbed.observerLog());
    }

    /** When libvirt said that the machine was started, in nanoseconds of the epoch. */
    long awaitStarted(String uid) {
        return Awaitility.await("libvirt's STARTED of " + uid)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> events(uid, "started"), seen -> !seen.isEmpty())
                .getFirst()
                .path("ns")
                .asLong();
    }

    /** When libvirt told so for the {@code count}th time, in nanoseconds of the epoch. */
    long await(String uid, String event, int count) {
        return Awaitility.await("libvirt's %s of %s, %d times".formatted(event, uid, count))
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> events(uid, event), seen -> seen.size() >= count)
                .get(count - 1)
                .path("ns")
                .asLong();
    }

    /** All events of that name which libvirt told of the machine. */
    List<JsonNode> events(String uid, String event) {
        return observations(uid, "libvirt", event);
    }

    /** The processes of a machine that ended. */
    List<ExplainedEnds.Life> lives(String uid) {
        return observations(uid, "process", "ended").stream()
                .map(ended -> new ExplainedEnds.Life(
                        observations(uid, "process", "appeared").stream()
                                .filter(appeared -> appeared.path("pid").equals(ended.path("pid")))
                                .map(ObserverLog::time)
                                .filter(time -> !time.isAfter(time(ended)))
                                .max(Instant::compareTo)
                                .orElse(Instant.MIN),
                        time(ended)))
                .toList();
    }

    private static Instant time(JsonNode seen) {
        return Instant.ofEpochSecond(0, seen.path("ns").asLong());
    }

    private synchronized List<JsonNode> observations(String uid, String source, String event) {
        readOn();
        return observations.getOrDefault(uid, List.of()).stream()
                .filter(seen -> seen.path("source").asText().equals(source)
                        && seen.path("event").asText().equals(event))
                .toList();
    }

    private void readOn() {
        try (var log = new RandomAccessFile(file, "r")) {
            var bytes = new byte[(int) (log.length() - position)];
            log.seek(position);
            log.readFully(bytes);
            var text = new String(bytes, StandardCharsets.UTF_8);
            var whole = text.substring(0, text.lastIndexOf('\n') + 1);
            position += whole.getBytes(StandardCharsets.UTF_8).length;
            whole.lines()
                    .map(ObserverLog::json)
                    .forEach(seen -> observations
                            .computeIfAbsent(seen.path("uuid").asText(), _ -> new ArrayList<>())
                            .add(seen));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(line, e);
        }
    }
}
