package dev.meridian.e2e;

import static dev.meridian.e2e.ArmedProcess.around;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.domain.placement.PlacementStep;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The controller is killed right before and right after each of its acts, and the next one goes on from there. */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Processes(
        "the controller kills itself around each of its steps, as MERIDIAN_CRASH_AT tells it, and stays dead until the test goes on")
class ControllerCrashE2E {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Machines machines;
    private static ArmedProcess controller;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "crash");
        controller = ArmedProcess.controller(machines.testbed);
    }

    @AfterAll
    static void close() {
        controller.close();
        machines.close();
    }

    @Test
    void machineIsPlacedOnceAndGoesWhole() {
        // given
        var name = "placed";

        // when
        controller.diesAt(
                around(PlacementStep.CreatePod.class, PlacementStep.WriteStatus.class), () -> create(name, ""));

        // then
        assertPlacedOnce(name);
        controller.diesAt(
                around(PlacementStep.AddFinalizer.class),
                () -> machines.testbed
                        .kubectl("-n", machines.namespace, "patch", "vm", name, "--type=json", "-p", """
                                [{"op": "remove", "path": "/metadata/finalizers"}]""")
                        .orFail());
        Awaitility.await("the finalizer to be back")
                .atMost(LIMIT)
                .until(() -> machines.get(name).getMetadata().getFinalizers().size() == 1);
        controller.diesAt(
                around(PlacementStep.DeletePod.class), () -> machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}"));
        machines.awaitReady(name, "Stopped");
        Awaitility.await("the reservation to be gone")
                .atMost(LIMIT)
                .until(() -> pods(name).isEmpty());
        controller.diesAt(around(PlacementStep.RemoveFinalizer.class), () -> machines.delete(name));
        machines.awaitGone(name);
    }

    /** Both are written at once: either may be there without the other. */
    @ParameterizedTest
    @ValueSource(strings = {"before FirstPod", "after FirstPod", "before FirstFinalizer", "after FirstFinalizer"})
    void firstPodAndFinalizerMayComeAlone(String point) {
        // given
        var name = point.replace(' ', '-').toLowerCase(Locale.ROOT);

        // when
        controller.diesAt(List.of(point), () -> create(name, ""));

        // then
        assertPlacedOnce(name);
    }

    @Test
    void migrationComesToItsEndWhereverTheControllerDies() {
        // given
        var name = "migrates";
        var migrations = new LiveMigrations(machines);
        create(name, "");
        var before = machines.awaitReady(name, "Running");
        var from = machines.nodeOf(name);

        // when
        controller.diesAt(
                around(
                        PlacementStep.AddMigrationFinalizer.class,
                        PlacementStep.WriteMigration.class,
                        PlacementStep.RemoveMigrationFinalizer.class),
                () -> migrations.create(name, name, ""));

        // then
        assertThat(migrations.awaitEnd(name).phase()).isEqualTo(MigrationPhase.Succeeded);
        machines.awaitReady(name, "Running");
        assertThat(machines.nodeOf(name).name()).isNotEqualTo(from.name());
        Awaitility.await("one reservation").atMost(LIMIT).until(() -> pods(name).size() == 1);
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("boots")
                        .asInt())
                .isEqualTo(1);
    }

    /** There and back, for the first of two evacuations is forgotten after the second. */
    @Test
    void nodeIsVacatedWhereverTheControllerDies() {
        // given
        var name = "vacates";
        create(name, "");
        var before = machines.awaitReady(name, "Running");
        machines.awaitCondition(name, "LiveMigratable", "Migratable");

        for (var act : List.of(PlacementStep.CreateMigration.class, PlacementStep.DeleteMigration.class)) {
            var from = machines.nodeOf(name);

            // when
            controller.diesAt(
                    around(act),
                    () -> machines.testbed
                            .kubectl("taint", "node", from.name(), "meridian.dev/maintenance:NoSchedule")
                            .orFail());

            // then
            machines.await(
                    name,
                    "elsewhere",
                    vm -> !from.name().equals(Machines.status(vm).nodeName()));
            machines.awaitReady(name, "Running");
            machines.testbed
                    .kubectl("taint", "node", from.name(), "meridian.dev/maintenance-")
                    .orFail();
        }
        Awaitility.await("one reservation").atMost(LIMIT).until(() -> pods(name).size() == 1);
        Awaitility.await("one evacuation")
                .atMost(LIMIT)
                .until(() -> machines
                                .client
                                .resources(VirtualMachineMigration.class)
                                .inNamespace(machines.namespace)
                                .withLabel("meridian.dev/evacuation")
                                .list()
                                .getItems()
                                .stream()
                                .filter(migration ->
                                        migration.getSpec().virtualMachineName().equals(name))
                                .count()
                        == 1);
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("boots")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void budgetComesAndGoesOnce() {
        // given
        var name = "budgeted";

        // when
        controller.diesAt(
                around(PlacementStep.CreateBudget.class),
                () -> create(name, """
                  evictionStrategy: LiveMigrate
                  disks:
                  - {name: reading, readOnly: true, hostPath: {path: %s}}
                """.formatted(machines.testbed.guest().initramfs())));

        // then
        machines.awaitReady(name, "Running");
        awaitBudgets(1);
        controller.diesAt(
                around(PlacementStep.DeleteBudget.class),
                () -> machines.patchSpec(name, "{\"evictionStrategy\":\"Shutdown\"}"));
        awaitBudgets(0);
    }

    private static void awaitBudgets(int count) {
        Awaitility.await(count + " budgets")
                .atMost(LIMIT)
                .until(() -> machines.client
                                .policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(machines.namespace)
                                .list()
                                .getItems()
                                .size()
                        == count);
    }

    @Test
    void podThatItsNodeRefusedIsReplacedByOne() {
        // given
        create("refused", "  nodeSelector: {nowhere: \"true\"}\n");
        machines.awaitCondition("refused", "Scheduled", "Unschedulable");
        var refused = pods("refused").getFirst();

        // when
        controller.diesAt(
                around(PlacementStep.DiscardPod.class),
                () -> machines.testbed
                        .kubectl(
                                "-n",
                                machines.namespace,
                                "patch",
                                "pod",
                                refused.getMetadata().getName(),
                                "--subresource=status",
                                "-p",
                                "{\"status\":{\"phase\":\"Failed\",\"reason\":\"OutOfcpu\",\"message\":\"no room\"}}")
                        .orFail());
        machines.patchSpec("refused", "{\"nodeSelector\":null}");

        // then
        assertPlacedOnce("refused");
        assertThat(pods("refused").getFirst().getMetadata().getUid())
                .isNotEqualTo(refused.getMetadata().getUid());
    }

    @Test
    void namespaceGoesWithItsMachines() {
        // given
        try (var ending = new Machines(machines.testbed, "crash-ends")) {
            ending.create("ends", "  stopMode: Hard\n");
            var uid = ending.awaitReady("ends", "Running").getMetadata().getUid();
            var namespace = ending.client.namespaces().withName(ending.namespace);

            // when
            controller.diesAt(around(PlacementStep.DeleteMachine.class), namespace::delete);

            // then
            Awaitility.await("the namespace to be gone").atMost(LIMIT).until(() -> namespace.get() == null);
            assertThat(ending.observed(uid).path("boots").asInt()).isEqualTo(1);
        }
    }

    /** Who takes the Lease from its guard has to have seen it unchanged for all of its time, and a new process begins anew. */
    @Test
    void machineOfANodeThatIsCutOffStartsElsewhereOnce() {
        // given
        try (var guards = Guards.enabled(machines.testbed)) {
            create("cut", Guards.GUARDED);
            var uid = machines.awaitReady("cut", "Running").getMetadata().getUid();
            var node = machines.nodeOf("cut");
            guards.awaitNamedByLease(node, uid);
            try {
                // when
                controller.diesAt(
                        List.of("before TakeGuard", "after TakeGuard", "before ReleaseGuard", "after ReleaseGuard"),
                        () -> machines.testbed
                                .verb("node", "unplug", node.name())
                                .orFail());

                // then
                machines.await(
                        "cut",
                        "elsewhere",
                        vm -> !node.name().equals(Machines.status(vm).nodeName()));
                machines.awaitReady("cut", "Running");
            } finally {
                machines.testbed.verb("node", "plug", node.name()).orFail();
            }
            guards.awaitLeaseHeld(node);
            assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
            assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
            machines.delete("cut");
            machines.awaitGone("cut");
        }
    }

    /** A new act fails here until a machine's life above leads to it. */
    @Test
    @Order(Integer.MAX_VALUE)
    void controllerHasDiedAtEveryAct() {
        // given
        var every = around(ArmedProcess.permitted(PlacementStep.Act.class));

        // when
        var died = new TreeSet<>(controller.points());

        // then
        assertThat(died).containsAll(every);
    }

    private static void create(String name, String more) {
        machines.createFrom(machines.manifest(name, "  stopMode: Hard\n" + more));
    }

    private static void assertPlacedOnce(String name) {
        var vm = machines.awaitReady(name, "Running");
        assertThat(vm.getMetadata().getFinalizers()).containsExactly("meridian.dev/machine");
        Awaitility.await("one reservation of " + name)
                .atMost(LIMIT)
                .until(() -> pods(name).size() == 1);
        var observed = machines.observed(vm.getMetadata().getUid());
        assertThat(observed.path("boots").asInt()).isEqualTo(1);
        assertThat(observed.path("maxCopies").asInt()).isEqualTo(1);
    }

    private static List<Pod> pods(String name) {
        return machines.client.pods().inNamespace(machines.namespace).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getName().equals(name)))
                .toList();
    }
}
