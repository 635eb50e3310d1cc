package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.meridian.api.v1alpha1.Power;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Flux (by kstatus), Argo CD (by its Lua) and kubectl hold of real objects. */
class GitOpsE2E {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static Machines machines;

    private @TempDir Path directory;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "gitops");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void machineThatRunsIsHealthy() {
        // when
        machines.create("runs", "");
        machines.awaitReady("runs", "Running");

        // then
        assertThat(kstatus("runs")).isEqualTo("Current");
        assertThat(argo("runs")).isEqualTo("Healthy Running");
    }

    @Test
    void machineThatIsToBeStoppedAndIsHoldsUpNobody() {
        // when
        machines.create("stopped", "  runStrategy: Halted\n");
        machines.awaitReady("stopped", "Stopped");

        // then
        assertThat(kstatus("stopped")).isEqualTo("Current");
        assertThat(argo("stopped")).isEqualTo("Healthy Stopped");
    }

    @Test
    void machineThatFindsNoNodeIsAwaited() {
        // when
        machines.create("waits", "  nodeSelector: {example.org/none: here}\n");
        machines.awaitCondition("waits", "Scheduled", "Unschedulable");

        // then
        assertThat(kstatus("waits")).isEqualTo("InProgress");
        assertThat(argo("waits")).startsWith("Progressing");
    }

    @Test
    void machineThatAPersonMustMendHasFailed() {
        // when
        machines.createFrom(machines.manifest("fails", "")
                .replace(machines.testbed.guest().kernel(), "/var/lib/meridian/images/none-such"));
        var stalled = machines.awaitCondition("fails", "Stalled", "FileMissing");

        // then
        assertThat(kstatus("fails")).isEqualTo("Failed");
        assertThat(argo("fails")).isEqualTo("Degraded FileMissing: " + stalled.message());
    }

    @Test
    void machineThatNobodyHasLookedAtYetIsNotHealthy() {
        // given
        machines.testbed.verb("controller", "stop").orFail();
        try {
            // when
            machines.create("new", "");

            // then
            assertThat(kstatus("new")).isEqualTo("InProgress");
            assertThat(argo("new")).startsWith("Progressing");
        } finally {
            machines.testbed.verb("controller", "start").orFail();
        }
        machines.awaitReady("new", "Running");
    }

    @Test
    void policyIsHealthyAsSoonAsItIsThere() {
        assertThat(argo(object("hypervisorpolicy", "node-images"))).isEqualTo("Healthy");
    }

    @Test
    void nodesThatServeAreHealthy() {
        // when
        var all = list("hypervisors");

        // then
        assertThat(kstatusOf(all))
                .hasSize(machines.testbed.nodes().size())
                .allMatch(line -> line.contains(" Current "));
        for (var node : all.path("items")) {
            assertThat(argo(node)).isEqualTo("Healthy Ready");
        }
    }

    /** The machine has run, moved, been stopped and started: what was applied is still what there is. */
    @Test
    void whatWasAppliedStaysWithoutDifference() throws IOException {
        // given
        var file = Files.writeString(directory.resolve("kept.yaml"), machines.manifest("kept", ""));
        var serverSide = Files.writeString(directory.resolve("owned.yaml"), machines.manifest("owned", ""));
        machines.testbed.kubectl("apply", "-f", file.toString()).orFail();
        machines.testbed
                .kubectl("apply", "--server-side", "--field-manager=pipeline", "-f", serverSide.toString())
                .orFail();
        machines.awaitReady("kept", "Running");
        machines.awaitReady("owned", "Running");

        // when
        new LiveMigrations(machines).create("kept", "kept", "");
        assertThat(new LiveMigrations(machines).awaitEnd("kept").phase()).hasToString("Succeeded");
        machines.setClock("kept", "2032-01-01 00:00:00");
        machines.testbed.verb("console", machines.nodeOf("owned").name(), machines.domain("owned"), "poweroff -f");
        machines.await(
                "owned",
                "restarted",
                m -> Optional.ofNullable(Machines.status(m).power())
                        .map(Power::restarts)
                        .filter(Long.valueOf(1)::equals)
                        .isPresent());

        // then
        machines.awaitReady("owned", "Running");
        assertThat(machines.testbed.kubectl("diff", "-f", file.toString())).isEqualTo(new Testbed.Said(0, ""));
        assertThat(machines.testbed.kubectl(
                        "diff", "--server-side", "--field-manager=pipeline", "-f", serverSide.toString()))
                .isEqualTo(new Testbed.Said(0, ""));
        assertThat(machines.testbed.kubectl("apply", "-f", file.toString()).orFail())
                .endsWith("unchanged");
    }

    private String kstatus(String name) {
        var lines = Awaitility.await("a word on " + name)
                .atMost(Duration.ofSeconds(10))
                .until(() -> kstatusOf(only(object("vm", name))), found -> found.size() == 1);
        return lines.getFirst().split(" ", 3)[1];
    }

    private List<String> kstatusOf(JsonNode list) {
        try {
            var file = Files.writeString(directory.resolve("list.json"), list.toString());
            return Testbed.run(List.of(
                            "sh", "-c", "exec \"$0\" kstatus < \"$1\"", machines.testbed.command(), file.toString()))
                    .orFail()
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String argo(String name) {
        return argo(object("vm", name));
    }

    /** As Argo CD runs it: the object is the global {@code obj}. */
    private String argo(JsonNode object) {
        try {
            var script = Files.writeString(
                    directory.resolve("health.lua"),
                    "obj = %s\nlocal function check()\n%s\nend\nlocal h = check()\nprint(h.status .. ' ' .. h.message)\n"
                            .formatted(lua(object), health()));
            return Testbed.run(List.of("lua5.1", script.toString())).orFail();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String health() throws IOException {
        var map = YAML.readTree(Path.of(machines.testbed.repository(), "deploy/gitops/argocd/argocd-cm.yaml")
                .toFile());
        return YAML.readTree(map.path("data").path("resource.customizations").asText())
                .path("meridian.dev/*")
                .path("health.lua")
                .asText();
    }

    private static String lua(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT ->
                node.properties().stream()
                        .map(field -> "[%s]=%s".formatted(quoted(field.getKey()), lua(field.getValue())))
                        .collect(Collectors.joining(",", "{", "}"));
            case ARRAY ->
                StreamSupport.stream(node.spliterator(), false)
                        .map(GitOpsE2E::lua)
                        .collect(Collectors.joining(",", "{", "}"));
            case STRING -> quoted(node.asText());
            case NUMBER, BOOLEAN -> node.asText();
            case NULL, MISSING -> "nil";
            case BINARY, POJO -> throw new IllegalArgumentException(node.toString());
        };
    }

    private static String quoted(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, bytes.length)
                .mapToObj(i -> "\\%03d".formatted(bytes[i] & 0xff))
                .collect(Collectors.joining("", "'", "'"));
    }

    private static JsonNode only(JsonNode object) {
        var list = JSON.createObjectNode();
        list.putArray("items").add(object);
        return list;
    }

    private static JsonNode object(String kind, String name) {
        return read(machines.testbed
                .kubectl("get", kind, name, "-n", machines.namespace, "-o", "json")
                .orFail());
    }

    private static JsonNode list(String kind) {
        return read(machines.testbed.kubectl("get", kind, "-o", "json").orFail());
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
