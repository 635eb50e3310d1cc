package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.Power;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where machines go, by what their specs say of nodes and of each other. */
class PlacementE2E {
    private static final String APART = """
              affinity:
                podAntiAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                  - topologyKey: kubernetes.io/hostname
                    labelSelector: {matchLabels: {app: apart}}
            """;
    private static final String SPREAD = """
              topologySpreadConstraints:
              - maxSkew: 1
                topologyKey: kubernetes.io/hostname
                whenUnsatisfiable: DoNotSchedule
                labelSelector: {matchExpressions: [{key: app, operator: In, values: [spread]}]}
            """;

    private Machines machines;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "placement");
    }

    @AfterEach
    void close() {
        for (var node : machines.testbed.nodes()) {
            machines.testbed.kubectl("taint", "node", node.name(), "machines-");
            machines.testbed.kubectl("label", "node", node.name(), "generation-");
        }
        machines.client
                .scheduling()
                .v1()
                .priorityClasses()
                .withName(machines.namespace)
                .delete();
        machines.close();
    }

    @Test
    void machinesThatAreToBeApartShareNoNode() {
        // given
        var nodes = machines.testbed.nodes().size();
        var names = IntStream.range(0, nodes).mapToObj(i -> "apart-" + i).toList();

        // when
        names.forEach(name -> labelled(name, "apart", APART));

        // then
        names.forEach(name -> machines.awaitReady(name, "Running"));
        assertThat(names.stream().map(machines::nodeOf)).doesNotHaveDuplicates();
        labelled("one-more", "apart", APART);
        assertThat(machines.awaitCondition("one-more", "Scheduled", "Unschedulable")
                        .message())
                .contains("anti-affinity");
        machines.patchSpec("one-more", "{\"affinity\":null}");
        machines.awaitCondition("one-more", "Scheduled", "Unschedulable"); // the others' own still keeps it away
        machines.delete(names.getFirst());
        machines.awaitReady("one-more", "Running");
    }

    @Test
    void machineGoesWhereItsNetworksBridgeIs() {
        // given
        var migrations = new LiveMigrations(machines);
        var only = machines.testbed.nodes().getLast();
        var other = machines.testbed.nodes().getFirst();
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s}
                spec: {bridges: [{name: br-only, namespaces: {names: [%1$s]}}]}
                ---
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineNetwork
                metadata: {name: only, namespace: %1$s}
                spec: {bridge: {name: br-only}}
                """.formatted(machines.namespace));
        try {
            bridge(only, "add").orFail();
            awaitLink(only);

            // when
            var names = List.of("first", "second", "third");
            names.forEach(name -> machines.create(name, "  interfaces: [{name: lan, network: {name: only}}]\n"));

            // then
            names.forEach(name -> machines.awaitReady(name, "Running"));
            assertThat(names.stream().map(machines::nodeOf)).containsOnly(only);
            machines.type("first", "true");
            migrations.create("away", "first", "");
            var waiting = migrations.await(
                    "away",
                    "refused",
                    status -> status.conditions().stream()
                            .anyMatch(condition -> condition.reason().equals("Unschedulable")));
            assertThat(LiveMigrations.message(waiting))
                    .contains("spec.interfaces[lan]: its network's br-only is not there", "on " + other.name());
            bridge(other, "add").orFail();
            awaitLink(other);
            assertThat(migrations.awaitEnd("away").phase()).isEqualTo(MigrationPhase.Succeeded);
            assertThat(machines.nodeOf("first")).isEqualTo(other);
        } finally {
            names().forEach(machines::delete);
            names().forEach(machines::awaitGone);
            machines.testbed
                    .kubectl("delete", "hypervisorpolicy", machines.namespace)
                    .orFail();
            bridge(only, "del");
            bridge(other, "del");
        }
    }

    private List<String> names() {
        return machines.all().stream().map(vm -> vm.getMetadata().getName()).toList();
    }

    private static Testbed.Said bridge(Testbed.Node node, String verb) {
        return Testbed.run(List.of("ip", "-n", node.namespace(), "link", verb, "br-only", "type", "bridge"));
    }

    private void awaitLink(Testbed.Node node) {
        Awaitility.await("%s to tell its bridge".formatted(node.name())).until(() -> {
            new LiveMigrations(machines).look();
            var links = machines.client
                    .resources(Hypervisor.class)
                    .withName(node.name())
                    .get()
                    .getStatus()
                    .links();
            return links != null && links.contains("br-only");
        });
    }

    @Test
    void machinesAreSpreadOverNodes() {
        // given
        var names = IntStream.range(0, 2 * machines.testbed.nodes().size())
                .mapToObj(i -> "spread-" + i)
                .toList();

        // when
        names.forEach(name -> labelled(name, "spread", SPREAD));

        // then
        names.forEach(name -> machines.awaitReady(name, "Running"));
        var byNode = names.stream()
                .map(machines::nodeOf)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(byNode.values())
                .containsOnly(2L)
                .hasSize(machines.testbed.nodes().size());
    }

    @Test
    void taintedNodeTakesMachinesThatTolerateIt() {
        // given
        var node = machines.testbed.nodes().getFirst();
        machines.testbed
                .kubectl("taint", "node", node.name(), "machines=only:NoSchedule")
                .orFail();

        // when
        machines.create("tolerant", "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name()));

        // then
        assertThat(machines.awaitCondition("tolerant", "Scheduled", "Unschedulable")
                        .message())
                .contains("untolerated taint");
        machines.patchSpec("tolerant", "{\"tolerations\":[{\"key\":\"machines\",\"value\":\"only\"}]}");
        machines.awaitReady("tolerant", "Running");
    }

    @Test
    void machineGoesWhereTheLabelsOfNodesSuitIt() {
        // given
        var nodes = machines.testbed.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            machines.testbed
                    .kubectl("label", "node", nodes.get(i).name(), "generation=" + i)
                    .orFail();
        }

        // when
        machines.create("new", """
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                        - matchExpressions: [{key: nowhere, operator: Exists}]
                        - matchExpressions: [{key: generation, operator: Gt, values: ["%d"]}]
                """.formatted(nodes.size() - 2));

        // then
        machines.awaitReady("new", "Running");
        assertThat(machines.nodeOf("new")).isEqualTo(nodes.getLast());
    }

    @Test
    void machineOfHigherPriorityTakesTheRoomOfAnother() {
        // given
        var node = machines.testbed.nodes().getFirst();
        var here = "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name());
        machines.create("low", here);
        var low = machines.awaitReady("low", "Running");
        machines.create("unknown", here + "  priorityClassName: nobody-made-it\n");
        assertThat(machines.awaitCondition("unknown", "Scheduled", "ReservationRefused")
                        .message())
                .contains("no PriorityClass with name nobody-made-it was found");
        machines.client
                .resource(new PriorityClassBuilder()
                        .withNewMetadata()
                        .withName(machines.namespace)
                        .endMetadata()
                        .withValue(1000)
                        .build())
                .create();
        var filler =
                machines.client.resource(new PodBuilder(machines.filler(node, machines.freeMilliCpu(node) - 50 + "m"))
                        .editSpec()
                        .withPriorityClassName(machines.namespace)
                        .endSpec()
                        .build());
        // The API server hears of its own PriorityClasses by a watch.
        Awaitility.await("the API server to know the PriorityClass")
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsMatching(
                        e -> e instanceof KubernetesClientException refused && refused.getCode() == 403)
                .untilAsserted(filler::create);

        // when
        machines.create("high", here + "  priorityClassName: %s\n".formatted(machines.namespace));

        // then
        machines.awaitReady("high", "Running");
        var after = machines.await(
                "low",
                "evicted",
                vm -> Optional.ofNullable(Machines.status(vm).power())
                        .map(Power::lastStop)
                        .map(LastStop::reason)
                        .filter("Evicted"::equals)
                        .isPresent());
        assertThat(machines.observed(after.getMetadata().getUid())
                        .path("stops")
                        .path("destroyed")
                        .asInt())
                .isZero();
        assertThat(after.getMetadata().getUid()).isEqualTo(low.getMetadata().getUid());
    }

    /** The pod carries the machine's labels, but for those by which GitOps tools tell what is theirs. */
    @Test
    void reservationCarriesTheLabelsOfItsMachine() {
        // given
        var labels = "    app.kubernetes.io/name: shown\n    app.kubernetes.io/instance: hidden\n";

        // when
        machines.createFrom(
                machines.manifest("labelled", "").replaceFirst("metadata:\n", "metadata:\n  labels:\n" + labels));

        // then
        machines.awaitReady("labelled", "Running");
        var pods = machines.client.pods().inNamespace(machines.namespace).list().getItems();
        assertThat(pods).hasSize(1);
        assertThat(pods.getFirst().getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/name", "shown")
                .doesNotContainKey("app.kubernetes.io/instance");
    }

    private void labelled(String name, String app, String more) {
        machines.createFrom(machines.manifest(name, more)
                .replaceFirst("metadata:\n", "metadata:\n  labels: {app: %s}\n".formatted(app)));
    }
}
