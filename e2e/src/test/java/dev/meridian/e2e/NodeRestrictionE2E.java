package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What whoever has taken a node can do with its agent's token, which is bound to that node: nothing to other nodes. */
@Shared
class NodeRestrictionE2E {
    private static final String SYSTEM = "meridian-system";

    private @TempDir Path directory;

    private static Machines machines;
    private static LiveMigrations migrations;
    private static Testbed.Node taken;
    private static Testbed.Node other;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "restricted");
        migrations = new LiveMigrations(machines);
        taken = machines.testbed.nodes().getFirst();
        other = machines.testbed.nodes().getLast();
        create("mine", taken);
        create("theirs", other);
        // Over from the start, as its machine is not there: nobody but this test writes to it.
        migration("leaves-mine", taken, other);
        migration("comes-to-mine", other, taken);
        migration("of-others", other, other);
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    private static void create(String name, Testbed.Node node) {
        machines.create(name, "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name()));
        machines.awaitReady(name, "Running");
    }

    private static void migration(String name, Testbed.Node from, Testbed.Node to) {
        migrations.create(name, "nobody", "");
        migrations.awaitEnd(name);
        machines.testbed
                .kubectl(
                        "-n",
                        machines.namespace,
                        "patch",
                        "vmm",
                        name,
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":{\"sourceNodeName\":\"%s\",\"targetNodeName\":\"%s\"}}"
                                .formatted(from.name(), to.name()))
                .orFail();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vm  | theirs | true  | {\"status\":{\"printableStatus\":\"Mine\"}}              | is not on node",
                "vm  | mine   | true  | {\"status\":{\"nodeName\":\"NOWHERE\"}}                  | the controller assigns machines",
                "vm  | mine   | true  | {\"status\":{\"reservation\":{\"attempt\":99}}}          | the controller makes reservations",
                "vm  | mine   | true  | {\"status\":{\"fencedNodes\":[{\"nodeName\":\"OTHER\",\"at\":\"2026-03-01T12:00:00Z\"}]}} | the controller gives machines up",
                "vm  | mine   | false | {\"spec\":{\"runStrategy\":\"Halted\"}}                 | cannot patch",
                "vm  | mine   | false | {\"metadata\":{\"finalizers\":null}}                     | cannot patch",
                "hv  | OTHER  | true  | {\"status\":{\"bootID\":\"none\"}}                       | is not the one of",
                "hv  | TAKEN  | true  | {\"status\":{\"fencing\":{\"state\":\"Fenced\",\"by\":\"me\",\"since\":\"2026-03-01T12:00:00Z\"}}} | whether the node counts as dead",
                "hv  | TAKEN  | false | {\"spec\":{\"schedulable\":false}}                       | cannot patch",
                "vmm | leaves-mine   | true | {\"status\":{\"target\":{\"state\":\"Ready\"}}}     | status.target",
                "vmm | leaves-mine   | true | {\"status\":{\"phase\":\"Running\"}}                | the rest is the controller's",
                "vmm | leaves-mine   | true | {\"status\":{\"sourceNodeName\":\"OTHER\"}}         | the rest is the controller's",
                "vmm | comes-to-mine | true | {\"status\":{\"source\":{\"state\":\"Away\"}}}      | status.source",
                "vmm | comes-to-mine | true | {\"status\":{\"sourceClock\":\"2026-01-01T00:00:00Z\"}} | status.source",
                "vmm | comes-to-mine | true | {\"status\":{\"reservation\":{\"attempt\":9}}}      | the rest is the controller's",
                "vmm | of-others     | true | {\"status\":{\"source\":{\"state\":\"Away\"}}}      | status.source",
                "vmm | of-others     | true | {\"status\":{\"target\":{\"state\":\"Ready\"}}}     | status.target",
                "vmm | leaves-mine   | false | {\"spec\":{\"cancel\":true}}                       | cannot patch",
                "node | TAKEN | false | {\"metadata\":{\"labels\":{\"meridian.dev/hypervisor\":\"true\"}}} | cannot patch",
            })
    void patchIsRefused(String kind, String name, boolean status, String change, String words) {
        // when
        var said = patchedBy(token(), kind, named(name), status, named(change));

        // then
        assertThat(said.status()).as(said.output()).isNotZero();
        assertThat(said.output()).contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delete vm mine                              | cannot delete",
                "delete vmm leaves-mine                      | cannot delete",
                "delete hv OTHER                             | cannot delete",
                "get secrets                                 | cannot list",
                "get configmaps                              | cannot list",
                "get persistentvolumeclaims                  | cannot list",
                "create token meridian-controller -n SYSTEM  | cannot create",
                "label lease meridian-agent-TAKEN a=b -n SYSTEM | cannot patch",
            })
    void orderIsRefused(String order, String words) {
        // when
        var said = asTheAgent(named(order).strip().split(" +"));

        // then
        assertThat(said.status()).as(said.output()).isNotZero();
        assertThat(said.output()).contains(named(words));
    }

    @ParameterizedTest
    @ValueSource(strings = {"meridian-agent-OTHER", "meridian-controller"})
    void leaseOfOthersIsNotRenewed(String name) {
        // given
        var system = "-n=" + named("SYSTEM");
        var path = "/apis/coordination.k8s.io/v1/namespaces/%s/leases/%s".formatted(named("SYSTEM"), named(name));
        var file = directory.resolve("lease.json");

        // when its holder has not renewed it meanwhile
        var said = Awaitility.await("an answer about the lease as it is")
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> {
                            Files.writeString(
                                    file,
                                    machines.testbed
                                            .kubectl(system, "get", "lease", named(name), "-o=json")
                                            .orFail());
                            return asTheAgent("replace", "--raw", path, "-f", file.toString());
                        },
                        answer -> !answer.output().contains("the object has been modified"));

        // then
        assertThat(said.status()).as(said.output()).isNotZero();
        assertThat(said.output()).contains(named("may only hold the Lease meridian-agent-TAKEN"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "leaves-mine   | {\"status\":{\"sourceClock\":\"2026-01-01T00:00:00Z\"}}",
                "leaves-mine   | {\"status\":{\"source\":{\"state\":\"Stayed\"},\"progress\":{\"percent\":1}}}",
                "comes-to-mine | {\"status\":{\"target\":{\"state\":\"Refused\"}}}",
            })
    void whatIsItsNodesItMayWrite(String migration, String change) {
        // when
        var said = patchedBy(token(), "vmm", migration, true, change);

        // then
        assertThat(said.status()).as(said.output()).isZero();
    }

    /** As one that was not made for a pod. */
    @Test
    void tokenThatIsBoundToNoNodeWritesNothing() {
        // given
        var token = machines.testbed
                .kubectl("create", "token", "meridian-agent", "-n", SYSTEM)
                .orFail();

        // when
        var said = patchedBy(token, "vm", "mine", true, "{\"status\":{\"printableStatus\":\"Mine\"}}");

        // then
        assertThat(said.status()).isNotZero();
        assertThat(said.output()).contains("not bound to a node");
    }

    private static String token() {
        return Config.fromKubeconfig(new File(taken.agentKubeconfig())).getAutoOAuthToken();
    }

    /** kubectl would read the status first, which no agent may do apart from its object. */
    private static Testbed.Said patchedBy(String token, String kind, String name, boolean status, String change) {
        var ours = "/apis/meridian.dev/v1alpha1/";
        var path = switch (kind) {
            case "vm" -> ours + "namespaces/" + machines.namespace + "/virtualmachines/";
            case "vmm" -> ours + "namespaces/" + machines.namespace + "/virtualmachinemigrations/";
            case "hv" -> ours + "hypervisors/";
            case "node" -> "/api/v1/nodes/";
            default -> throw new IllegalArgumentException(kind);
        };
        return Testbed.run(List.of(
                "curl",
                "--silent",
                "--insecure",
                "--fail-with-body",
                "--request",
                "PATCH",
                "--header",
                "Authorization: Bearer " + token,
                "--header",
                "Content-Type: application/merge-patch+json",
                "--data",
                change,
                server().replaceAll("/$", "") + path + name + (status ? "/status" : "")));
    }

    private static String server() {
        return machines.client.getMasterUrl().toString();
    }

    private static String named(String text) {
        return text.replace("TAKEN", taken.name())
                .replace("OTHER", other.name())
                .replace("SYSTEM", SYSTEM);
    }

    private static Testbed.Said asTheAgent(String... order) {
        var command = new ArrayList<>(List.of(machines.testbed.kubectl(), "--kubeconfig", taken.agentKubeconfig()));
        if (!List.of(order).contains("-n")) {
            command.addAll(List.of("-n", machines.namespace));
        }
        command.addAll(List.of(order));
        return Testbed.run(command);
    }
}
