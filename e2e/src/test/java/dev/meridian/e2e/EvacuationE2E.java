package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that are to be vacated, and what becomes of the machines that run there. */
class EvacuationE2E {
    private static final String MAINTENANCE = "meridian.dev/maintenance";

    private Machines machines;
    private Guide guide;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "evacuation");
        guide = new Guide(machines.testbed, "evacuation.md");
    }

    @AfterEach
    void close() {
        for (var node : machines.testbed.nodes()) {
            machines.testbed.kubectl("uncordon", node.name());
            machines.testbed.kubectl("taint", "node", node.name(), MAINTENANCE + "-");
        }
        machines.close();
    }

    @Test
    void drainedNodeIsLeftByItsMachinesAsTheyRun() {
        // given
        var node = machines.testbed.nodes().getFirst();
        var names = IntStream.rangeClosed(1, 4).mapToObj(i -> "mover-" + i).toList();
        names.forEach(name -> machines.create(name, on(node)));
        names.forEach(name -> machines.awaitReady(name, "Running"));
        names.forEach(name -> machines.patchSpec(name, "{\"nodeSelector\":null}"));
        names.forEach(name -> machines.awaitCondition(name, "LiveMigratable", "Migratable"));
        machines.type("mover-1", "echo kept > /tmp/kept");
        // One that is killed while it is drained away may not tell of what it has just written.
        Controllers.leave(machines.testbed, node);

        // when
        guide.run("drain", Map.of("NODE", node.name()));

        // then
        for (var name : names) {
            var vm = machines.awaitReady(name, "Running");
            assertThat(Machines.status(vm).nodeName()).isNotEqualTo(node.name());
            assertThat(Machines.condition(vm, "Evacuating")).isEmpty();
            assertThat(machines.observed(vm.getMetadata().getUid())
                            .path("boots")
                            .asInt())
                    .as(name + " went on")
                    .isEqualTo(1);
        }
        assertThat(machines.type("mover-1", "cat /tmp/kept")).contains("kept");
        assertThat(evacuations()).hasSize(4).allMatch(m -> m.getStatus().phase() == MigrationPhase.Succeeded);
        names.forEach(name -> machines.awaitEvent(name, "Evacuating"));
    }

    @Test
    void taintForMaintenanceIsEnough() {
        // given
        machines.create("mover", "");
        machines.create("tolerant", "  tolerations: [{key: %s, operator: Exists}]\n".formatted(MAINTENANCE));
        var before = machines.awaitReady("mover", "Running");
        var tolerant = machines.awaitReady("tolerant", "Running");
        machines.awaitCondition("mover", "LiveMigratable", "Migratable");

        // when
        for (var node : machines.testbed.nodes()) {
            if (node.name().equals(Machines.status(before).nodeName())
                    || node.name().equals(Machines.status(tolerant).nodeName())) {
                taint(node);
                machines.await(
                        "mover",
                        "elsewhere",
                        vm -> !node.name().equals(Machines.status(vm).nodeName()));
                machines.testbed
                        .kubectl("taint", "node", node.name(), MAINTENANCE + "-")
                        .orFail();
                machines.awaitReady("mover", "Running");
            }
        }

        // then
        assertThat(Machines.status(machines.get("tolerant")).nodeName())
                .isEqualTo(Machines.status(tolerant).nodeName());
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("boots")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void machineThatCannotMigrateIsStoppedAndStartsElsewhere() {
        // given
        machines.create("bound", unable());
        var before = machines.awaitReady("bound", "Running");
        var node = machines.nodeOf("bound");
        machines.awaitCondition("bound", "LiveMigratable", "Disks");

        // when
        drain(node, "120s").orFail();

        // then
        machines.await("bound", "elsewhere", vm -> isElsewhere(vm, node));
        var after = machines.awaitReady("bound", "Running");
        assertThat(Optional.ofNullable(Machines.status(after).power())
                        .map(Power::lastStop)
                        .map(LastStop::reason))
                .contains("Evicted");
        var observed = machines.observed(before.getMetadata().getUid());
        assertThat(observed.path("stops").path("destroyed").asInt()).isZero();
        assertThat(observed.path("boots").asInt()).isEqualTo(2);
    }

    @Test
    void machineThatIsNotToBeStoppedHoldsTheDrainAndSaysWhy() {
        // given
        machines.create("holder", "  evictionStrategy: LiveMigrate\n" + unable());
        var before = machines.awaitReady("holder", "Running");
        var node = machines.nodeOf("holder");
        Awaitility.await("the budget")
                .until(
                        () -> machines.client
                                .policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(machines.namespace)
                                .list()
                                .getItems()
                                .size(),
                        count -> count == 1);

        // when
        var drained = drain(node, "12s");

        // then
        assertThat(drained.status()).isNotZero();
        assertThat(drained.output()).contains("disruption budget");
        assertThat(machines.awaitCondition("holder", "Evacuating", "NotMigratable")
                        .message())
                .contains("is cordoned", "spec.evictionStrategy: LiveMigrate", "spec.disks");
        assertThat(Machines.status(machines.get("holder")).nodeName()).isEqualTo(node.name());

        // when
        machines.editSpec("holder", "{\"evictionStrategy\":\"LiveMigrateIfPossible\"}");

        // then
        Awaitility.await("the budget to go")
                .until(() -> machines.client
                        .policy()
                        .v1()
                        .podDisruptionBudget()
                        .inNamespace(machines.namespace)
                        .list()
                        .getItems()
                        .isEmpty());
        drain(node, "120s").orFail();
        machines.await("holder", "elsewhere", vm -> isElsewhere(vm, node));
        machines.awaitReady("holder", "Running");
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("maxCopies")
                        .asInt())
                .isEqualTo(1);
    }

    /** Every other node is closed to it: first it waits, and goes when one opens. */
    @Test
    void machineThatIsNotToBeStoppedWaitsForRoom() {
        // given
        machines.create("waiter", "  evictionStrategy: LiveMigrate\n");
        var before = machines.awaitReady("waiter", "Running");
        var node = machines.nodeOf("waiter");
        machines.awaitCondition("waiter", "LiveMigratable", "Migratable");
        var others = machines.testbed.nodes().stream()
                .filter(other -> !other.name().equals(node.name()))
                .toList();
        others.forEach(other -> machines.testbed.kubectl("cordon", other.name()).orFail());

        // when
        var drained = drain(node, "15s");

        // then
        assertThat(drained.status()).isNotZero();
        machines.awaitCondition("waiter", "Evacuating", "Migrating");
        assertThat(evacuations()).hasSize(1).allMatch(m -> m.getStatus().phase() == MigrationPhase.Scheduling);
        assertThat(Machines.status(machines.get("waiter")).nodeName()).isEqualTo(node.name());

        // when
        others.forEach(
                other -> machines.testbed.kubectl("uncordon", other.name()).orFail());

        // then
        drain(node, "120s").orFail();
        var after = machines.awaitReady("waiter", "Running");
        assertThat(Machines.status(after).nodeName()).isNotEqualTo(node.name());
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("boots")
                        .asInt())
                .isEqualTo(1);
    }

    /** Nobody proves that a path is one file on two nodes. */
    private String unable() {
        return """
                  disks:
                  - {name: reading, readOnly: true, hostPath: {path: %s}}
                """.formatted(machines.testbed.guest().initramfs());
    }

    private static String on(Testbed.Node node) {
        return "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name());
    }

    private static boolean isElsewhere(VirtualMachine vm, Testbed.Node node) {
        var now = Machines.status(vm).nodeName();
        return now != null && !now.equals(node.name());
    }

    private Testbed.Said drain(Testbed.Node node, String timeout) {
        return machines.testbed.kubectl(
                "drain",
                node.name(),
                "--ignore-daemonsets",
                "--pod-selector=meridian.dev/machine-uid in (%s)"
                        .formatted(String.join(
                                ",",
                                machines.all().stream()
                                        .map(vm -> vm.getMetadata().getUid())
                                        .toList())),
                "--timeout=" + timeout);
    }

    private void taint(Testbed.Node node) {
        guide.run("maintenance", Map.of("NODE", node.name()));
    }

    private List<VirtualMachineMigration> evacuations() {
        return machines
                .client
                .resources(VirtualMachineMigration.class)
                .inNamespace(machines.namespace)
                .withLabel("meridian.dev/evacuation")
                .list()
                .getItems()
                .stream()
                .filter(migration -> Objects.nonNull(migration.getStatus()))
                .toList();
    }
}
