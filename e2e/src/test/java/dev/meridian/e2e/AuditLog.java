package dev.meridian.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Who wrote how often to the API server, by its audit log; Leases are counted apart. */
record AuditLog(JsonNode counts) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration QUIET = Duration.ofSeconds(20);

    static AuditLog since(Testbed testbed, Instant since) {
        var said = testbed.verb("audit", "--since", since.toString(), "--json").orFail();
        try {
            return new AuditLog(JSON.readTree(said));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(said, e);
        }
    }

    /** Machines have come to rest when nothing of ours was written for a while. */
    static void awaitQuiet(Testbed testbed) {
        Awaitility.await("nothing to be written")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> since(testbed, Instant.now().minus(QUIET)).ours() == 0);
    }

    /** Writes of the agents and the controller. */
    int ours() {
        return Stream.of("agent", "controller").mapToInt(this::by).sum();
    }

    /** Those of them to objects of these kinds. */
    int oursTo(String... resources) {
        var counted = 0;
        for (var written : counts.path("writesTo").properties()) {
            if (List.of(resources)
                    .contains(written.getKey().substring(written.getKey().lastIndexOf(' ') + 1))) {
                counted += written.getValue().asInt();
            }
        }
        return counted;
    }

    int by(String user) {
        return counts.path("writes").path(user).asInt();
    }

    /** Which objects were written, for people. */
    String writesTo() {
        return counts.path("writesTo").toString();
    }
}
