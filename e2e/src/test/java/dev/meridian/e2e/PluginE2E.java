package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.LastReboot;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin, run by kubectl as a person runs it. */
@Shared
class PluginE2E {
    @TempDir
    private static Path directory;

    private static Testbed testbed;
    private static Machines machines;
    private static Plugin plugin;
    private static Guide guide;

    @BeforeAll
    static void open() throws IOException {
        testbed = Testbed.open();
        machines = new Machines(testbed, "plugin");
        plugin = new Plugin(testbed, kubeconfig());
        guide = new Guide(testbed, "kubectl-plugin.md");
        machines.create("web", "  runStrategy: Always\n  stopMode: Hard\n");
        machines.awaitReady("web", "Running");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    /** The administrator's, with the namespace of this test. */
    private static String kubeconfig() throws IOException {
        var file = directory.resolve("kubeconfig");
        Files.copy(Path.of(testbed.kubeconfig()), file);
        testbed.kubectl(
                        "config",
                        "--kubeconfig",
                        file.toString(),
                        "set-context",
                        "--current",
                        "--namespace",
                        machines.namespace)
                .orFail();
        return file.toString();
    }

    @Test
    void machinesAreListedInEveryFormat() throws IOException {
        // given
        var node = machines.nodeOf("web").name();

        // when
        var table = plugin.run("list").orFail();
        var everywhere = plugin.run("list", "-A").orFail();
        var json = plugin.run("list", "-o", "json").orFail();

        // then
        assertThat(table.lines().toList().getFirst()).matches("NAME +STATUS +READY +NODE +CLOCK +AGE");
        assertThat(row(table, "web")).containsSubsequence("web", "Running", "True", node, "host's", "time");
        assertThat(row(everywhere, "web").getFirst()).isEqualTo(machines.namespace);
        var items = new ObjectMapper().readTree(json).path("items");
        assertThat(items.path(0).at("/status/nodeName").asText()).isEqualTo(node);
        assertThat(items.path(0).at("/metadata").has("managedFields")).isFalse();
        assertThat(plugin.run("list", "-o", "yaml").orFail()).contains("kind: VirtualMachine\n");
        assertThat(plugin.run("list", "-o", "name").orFail()).isEqualTo("virtualmachine.meridian.dev/web");
        assertThat(plugin.run("list", "-o", "wide").orFail()).contains("STRATEGY", "Always", "128Mi");
        assertThat(plugin.run("list", "-l", "app=none").orFail())
                .isEqualTo("No resources found in %s namespace.".formatted(machines.namespace));
        assertThat(plugin.run("status", "web").orFail())
                .containsPattern("Status: +Running \\(as wished: Running\\)")
                .containsPattern("Node: +" + node)
                .containsPattern("Clock: +host's time \\(RTC [+]\\d s");
    }

    @Test
    void verbsAreWrittenInThePluginsNameAndActOnTheMachine() {
        // given
        machines.create("verbs", "  runStrategy: Always\n  stopMode: Hard\n");
        machines.awaitReady("verbs", "Running");

        // when
        var unheard = plugin.run("stop", "verbs");

        // then
        assertThat(unheard.status()).isEqualTo(1);
        assertThat(unheard.output().lines()).hasSize(1);
        assertThat(unheard.output())
                .startsWith("error: virtualmachine.meridian.dev/verbs: spec.runStrategy: Always does not hear stop")
                .contains("--run-strategy RerunOnFailure|Manual|Halted");
        assertThat(machines.get("verbs").getSpec().power()).isNull();

        // when
        var stopped = plugin.run("stop", "verbs", "--run-strategy=Manual").orFail();

        // then
        assertThat(stopped)
                .contains("spec.runStrategy: Manual (was Always) written", "spec.power.stopRequestedAt: ")
                .contains("warning: ", "spec.runStrategy was written by kubectl-client-side-apply as well");
        plugin.run("wait", "verbs", "--for=Stopped").orFail();
        assertThat(power("verbs").lastStop()).extracting(LastStop::reason).isEqualTo("StopRequested");
        assertThat(machines.get("verbs").getMetadata().getManagedFields())
                .filteredOn(entry -> entry.getManager().equals("kubectl-meridian"))
                .singleElement()
                .extracting(ManagedFieldsEntry::getOperation)
                .isEqualTo("Update");

        // when
        var again = plugin.run("stop", "verbs").orFail();

        // then
        assertThat(again).contains("it is off already; nothing was written");

        // when
        plugin.run("start", "verbs").orFail();

        // then
        plugin.run("wait", "verbs", "--for=Running").orFail();
        machines.awaitReady("verbs", "Running");

        // when
        plugin.run("reset", "verbs").orFail();

        // then
        machines.await(
                "verbs",
                "reset",
                vm -> Optional.ofNullable(Machines.status(vm).power())
                        .map(Power::lastReboot)
                        .map(LastReboot::reason)
                        .filter("ResetRequested"::equals)
                        .isPresent());
    }

    @Test
    void pageOfThePluginDoesWhatItSays() {
        // given
        var restarts = restarts();

        // when
        var listed = run("list");
        var power = run("power");

        // then
        assertThat(listed).contains("NAMESPACE", "Run strategy");
        assertThat(power).contains("spec.power.restartRequestedAt", "spec.paused: true written", "Paused met");
        machines.await("web", "restarted", _ -> restarts() == restarts + 1);
        machines.awaitReady("web", "Running");

        // when
        var created = run("create");

        // then
        assertThat(created).contains("virtualmachine.meridian.dev/fresh created", "Ready met");
        assertThat(machines.get("fresh").getMetadata().getLabels()).containsEntry("app", "shop");
        assertThat(Machines.condition(machines.get("fresh"), "Ready")
                        .orElseThrow()
                        .reason())
                .isEqualTo("Running");
    }

    @Test
    @Tag("long")
    void pageOfThePluginMovesMachines() {
        // given
        var from = machines.nodeOf("web").name();
        machines.awaitCondition("web", "LiveMigratable", "Migratable");

        // when
        var migrated = run("migrate");

        // then
        var to = machines.nodeOf("web").name();
        assertThat(to).isNotEqualTo(from);
        assertThat(migrated).contains("created", "virtualmachine.meridian.dev/web: on " + to);
        machines.awaitCondition("web", "LiveMigratable", "Migratable");

        // when
        var evacuated = guide.run("evacuate", Map.of("KUBECONFIG", plugin.kubeconfig(), "NODE", to));

        // then
        assertThat(evacuated).contains("migrates", "(dry run)", "web: has left " + to, "empty but for what stays");
        assertThat(machines.nodeOf("web").name()).isEqualTo(from);
        assertThat(testbed.kubectl("get", "node", to, "-o", "jsonpath={.spec.taints}")
                        .orFail())
                .doesNotContain("maintenance");
    }

    @Test
    void migrationThatCannotBeFailsWithItsReason() {
        // given
        var here = machines.nodeOf("web").name();

        // when
        var migrated = plugin.run("migrate", "web", "--to", here, "--wait", "--timeout=1m");

        // then
        assertThat(migrated.status()).isEqualTo(1);
        assertThat(migrated.output().lines().toList().getLast())
                .startsWith("error: virtualmachinemigration.meridian.dev/web-")
                .contains("Failed: ");
        assertThat(machines.nodeOf("web").name()).isEqualTo(here);
    }

    @Test
    void optionsOfAMigrationAreItsFields() {
        // when
        var wide =
                plugin.run("migrate", "web", "--bandwidth", "64Mi", "--auto-converge", "--parallel", "4", "--dry-run");
        var small = plugin.run("migrate", "web", "--compression", "Xbzrle", "--dry-run");

        // then
        assertThat(wide.orFail()).contains("bandwidth: 64Mi", "autoConverge: true", "parallelConnections: 4");
        assertThat(small.orFail()).contains("compression: Xbzrle").doesNotContain("parallelConnections");

        // when
        var both = plugin.run("migrate", "web", "--parallel", "2", "--compression", "Xbzrle");

        // then
        assertThat(both.status()).isEqualTo(1);
        assertThat(both.output())
                .startsWith("Error from server (Invalid): ")
                .contains("spec.compression: QEMU compresses nothing that goes over parallel connections");
    }

    @Test
    @Tag("long")
    void guestTellsOfItself() {
        // given
        machines.createFrom(machines.manifest("tells", "  stopMode: Hard\n  interfaces: [{name: lan}]\n")
                .replace(testbed.guest().initramfs(), testbed.guest().agentInitramfs()));

        // when
        plugin.run("wait", "tells", "--for=AgentConnected").orFail();
        machines.await("tells", "told of", vm -> Machines.status(vm).guest() != null);

        // then
        assertThat(plugin.run("guest", "info", "tells").orFail()).contains("Agent:", "Kernel:");
        assertThat(plugin.run("guest", "filesystems", "tells").orFail()).startsWith("MOUNT POINT");
        assertThat(plugin.run("guest", "info", "tells", "-o", "json").orFail()).contains("\"agentVersion\"");
    }

    @Test
    void guestWithoutAnAgentSaysSo() {
        // when
        var said = plugin.run("guest", "info", "web");

        // then
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.output())
                .startsWith("error: virtualmachine.meridian.dev/web: its guest agent has told nothing: ");
        assertThat(said.output().lines()).hasSize(1);
    }

    @Test
    void imagesAreListedWithTheNodesThatHaveThem() {
        // given
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: unused, namespace: %s}
                spec: {format: raw, http: {url: "https://images.example/unused.img"}}
                """.formatted(machines.namespace));

        // when
        var images = plugin.run("images").orFail();

        // then
        assertThat(row(images, "unused")).containsSubsequence("unused", "raw", "<none>");
        assertThat(plugin.run("images", "unused", "-o", "json").orFail()).contains("images.example");
    }

    @Test
    @Tag("long")
    void waitEndsWithTheReasonWhenItsTimeIsOver() {
        // given
        machines.create("never", "  nodeSelector: {nowhere: \"true\"}\n");
        machines.awaitCondition("never", "Scheduled", "Unschedulable");

        // when
        var waited = plugin.run("wait", "never", "--for=Running", "--timeout=2s");
        machines.delete("never");
        var gone = plugin.run("wait", "never", "--for=delete", "--timeout=1m");

        // then
        assertThat(waited.status()).isEqualTo(1);
        assertThat(waited.output())
                .startsWith("error: timed out waiting 2s for Running of virtualmachine.meridian.dev/never: it is ")
                .contains("Ready is False: ");
        assertThat(gone.orFail()).isEqualTo("virtualmachine.meridian.dev/never: deleted");
    }

    @Test
    void namesAreCompletedByTheClustersObjects() {
        // then
        assertThat(plugin.completed("status", "w")).containsExactly("web", ":4");
        assertThat(plugin.completed("migrate", "web", "--to", ""))
                .containsAll(testbed.nodes().stream().map(Testbed.Node::name).toList());
        assertThat(plugin.completed("list", "-n", machines.namespace.substring(0, 8)))
                .contains(machines.namespace);
        assertThat(plugin.completed("list", "-n", "default", "--kubeconfig", plugin.kubeconfig(), "-o", "y"))
                .containsExactly("yaml", ":4");
        assertThat(plugin.completed("status", "-n", "default", "w")).containsExactly(":4");
        assertThat(plugin.completed("st")).containsExactly("status", "start", "stop", ":4");
        assertThat(plugin.completed("status", "-s", "https://127.0.0.1:1", "w")).containsExactly(":1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            list --as nobody                       | Error from server (Forbidden): virtualmachines.meridian.dev is forbidden: User "nobody" cannot list
            stop web --as nobody                   | Error from server (Forbidden): virtualmachines.meridian.dev "web" is forbidden: User "nobody" cannot get
            status nobody                          | Error from server (NotFound): virtualmachines.meridian.dev "nobody" not found
            migrate nobody                         | Error from server (NotFound): virtualmachines.meridian.dev "nobody" not found
            evacuate nowhere                       | Error from server (NotFound): nodes "nowhere" not found
            doctor nowhere                         | Error from server (NotFound): nodes "nowhere" not found
            list --kubeconfig /nowhere             | error: stat /nowhere: no such file or directory
            list --context nowhere                 | error: context "nowhere" does not exist
            list --user nowhere                    | error: auth info "nowhere" does not exist
            list -s https://127.0.0.1:1            | The connection to the server 127.0.0.1:1 was refused
            list --token wrong                     | error: You must be logged in to the server (Unauthorized)
            """)
    void failureIsOneLineAndExitCodeOne(String arguments, String beginning) {
        // when
        var said = plugin.run(arguments.split(" ", -1));

        // then
        assertThat(said.output()).startsWith(beginning.strip());
        assertThat(said.output().lines()).hasSize(1);
        assertThat(said.status()).isEqualTo(1);
    }

    @Test
    void groupsAndUidsAreImpersonated() {
        // when
        var master = plugin.run("list", "--as", "nobody", "--as-group", "system:masters", "--as-uid", "7");

        // then
        assertThat(row(master.orFail(), "web").getFirst()).isEqualTo("web");
        var audited = plugin.shell("grep -c '\"uid\":\"7\"' " + testbed.auditLog());
        assertThat(Integer.parseInt(audited.output())).isPositive();
    }

    @Test
    void severalKubeconfigsAreOne() throws IOException {
        // given
        var first = directory.resolve("first");
        Files.writeString(first, """
                current-context: mixed
                contexts: [{name: mixed, context: {cluster: cluster, user: user, namespace: %s}}]
                """.formatted(machines.namespace));
        var second = directory.resolve("second");
        var whole = (ObjectNode) new ObjectMapper()
                .readTree(testbed.kubectl("config", "view", "--flatten", "--minify", "-o", "json")
                        .orFail());
        whole.remove(List.of("contexts", "current-context"));
        whole.withObject("/clusters/0").put("name", "cluster");
        whole.withObject("/users/0").put("name", "user");
        Files.writeString(second, whole.toString());

        // when
        var said = new Plugin(testbed, first + "::/nowhere:" + second).run("list", "-o", "name");

        // then
        assertThat(said.orFail()).contains("virtualmachine.meridian.dev/web");
    }

    @Test
    void versionTellsOfTheClusterToo() {
        // then
        assertThat(plugin.run("version").orFail().lines())
                .hasSize(3)
                .anyMatch(line -> line.matches("Client: +v\\d+\\.\\d+\\.\\d+.*"))
                .anyMatch(line -> line.matches("Kubernetes: +v1\\..*"))
                .anyMatch(line -> line.matches("Meridian: +meridian.dev/v1alpha1"));
    }

    private static String run(String block) {
        return guide.run(block, Map.of("KUBECONFIG", plugin.kubeconfig()));
    }

    private static long restarts() {
        return Optional.ofNullable(power("web").restarts()).orElse(0L);
    }

    private static Power power(String name) {
        VirtualMachine vm = machines.get(name);
        return Optional.ofNullable(Machines.status(vm).power()).orElseThrow();
    }

    /** The words of the line that has a word. */
    private static List<String> row(String table, String word) {
        return table.lines()
                .map(line -> List.of(line.split(" +", -1)))
                .filter(words -> words.contains(word))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + word + " in\n" + table));
    }
}
