package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.Power;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines whose specs name their node: no scheduler is asked, and what it would have heeded is heeded all the same. */
class NamedNodeE2E {
    /** Nobody binds pods of that scheduler. */
    private static final String NAMED = "  schedulerName: nobody\n  stopMode: Hard\n  nodeName: %s\n";

    private Machines machines;
    private Testbed.Node first;
    private Testbed.Node last;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "named");
        first = machines.testbed.nodes().getFirst();
        last = machines.testbed.nodes().getLast();
    }

    @AfterEach
    void close() {
        machines.testbed.kubectl("uncordon", last.name());
        machines.testbed.kubectl("taint", "node", last.name(), "machines-");
        schedulable(last, true);
        machines.close();
    }

    @Test
    void machineRunsOnTheNodeThatItNamesAndGoesWithItsName() {
        // given
        var migrations = new LiveMigrations(machines);

        // when
        machines.create("named", NAMED.formatted(last.name()));

        // then
        machines.awaitReady("named", "Running");
        assertThat(machines.nodeOf("named")).isEqualTo(last);
        machines.awaitCondition("named", "LiveMigratable", "Pinned");
        migrations.create("away", "named", "");
        assertThat(migrations.awaitEnd("away").phase()).isEqualTo(MigrationPhase.Failed);
        machines.type("named", "true");
        machines.editSpec("named", "{\"schedulerName\":null,\"nodeName\":\"%s\"}".formatted(first.name()));
        machines.awaitCondition("named", "LiveMigratable", "Migratable");
        assertThat(machines.nodeOf("named")).isEqualTo(last);
        migrations.create("there", "named", "");
        assertThat(migrations.awaitEnd("there").phase()).isEqualTo(MigrationPhase.Succeeded);
        assertThat(machines.nodeOf("named")).isEqualTo(first);
    }

    @Test
    void nameOfNoNodeIsToldAndMendedByAnEdit() {
        // when
        machines.create("lost", NAMED.formatted("nowhere"));

        // then
        assertThat(machines.awaitCondition("lost", "Scheduled", "NodeNotFound").message())
                .contains("spec.nodeName", "no node \"nowhere\"", "name another");
        assertThat(pods()).isEmpty();
        machines.editSpec("lost", "{\"nodeName\":\"%s\"}".formatted(last.name()));
        machines.awaitReady("lost", "Running");
        assertThat(machines.nodeOf("lost")).isEqualTo(last);
    }

    @Test
    void closedNodeTakesNoneByItsName() {
        // given
        schedulable(last, false);

        // when
        machines.create("early", NAMED.formatted(last.name()));

        // then
        assertThat(machines.awaitCondition("early", "Scheduled", "NodeTakesNoMachines")
                        .message())
                .contains("spec.schedulable of its Hypervisor is false");
        machines.testbed
                .kubectl("taint", "node", last.name(), "machines=only:NoSchedule")
                .orFail();
        schedulable(last, true);
        assertThat(machines.awaitCondition("early", "Scheduled", "NodeTainted").message())
                .contains("taint machines=only:NoSchedule");
        assertThat(pods()).isEmpty();
        machines.editSpec("early", "{\"tolerations\":[{\"key\":\"machines\",\"operator\":\"Exists\"}]}");
        machines.awaitReady("early", "Running");
        assertThat(machines.nodeOf("early")).isEqualTo(last);
    }

    @Test
    void fullNodeSaysSoAndTakesItWhenThereIsRoom() {
        // given
        machines.awaitNoReservation(last);
        var filler = machines.client
                .resource(machines.filler(last, machines.freeMilliCpu(last) - 50 + "m"))
                .create();
        Awaitility.await("the node to be filled")
                .until(() -> machines.client
                        .resource(filler)
                        .get()
                        .getStatus()
                        .getPhase()
                        .equals("Running"));

        // when
        machines.create("late", NAMED.formatted(last.name()));

        // then
        assertThat(machines.awaitCondition("late", "Scheduled", "OutOfcpu").message())
                .contains("spec.nodeName: node \"" + last.name() + "\" did not take it", "make room there");
        machines.create("moved", NAMED.formatted(last.name()));
        machines.awaitCondition("moved", "Scheduled", "OutOfcpu");
        machines.editSpec("moved", "{\"nodeName\":\"%s\"}".formatted(first.name()));
        machines.awaitReady("moved", "Running");
        assertThat(machines.nodeOf("moved")).isEqualTo(first);
        machines.client.resource(filler).delete();
        machines.awaitReady("late", "Running");
        assertThat(machines.nodeOf("late")).isEqualTo(last);
    }

    @Test
    void evictedMachineWaitsUntilItsNodeIsUncordoned() {
        // given
        machines.create("evicted", NAMED.formatted(last.name()));
        machines.awaitReady("evicted", "Running");
        machines.awaitCondition("evicted", "LiveMigratable", "Pinned");
        machines.testbed.kubectl("cordon", last.name()).orFail();

        // when
        machines.client
                .pods()
                .inNamespace(machines.namespace)
                .withName(pods().getFirst().getMetadata().getName())
                .evict();

        // then
        assertThat(machines.awaitCondition("evicted", "Scheduled", "NodeTainted")
                        .message())
                .contains("node \"" + last.name() + "\" is cordoned");
        Awaitility.await("the node to be left").until(() -> pods().isEmpty());
        machines.testbed.kubectl("uncordon", last.name()).orFail();
        var after = machines.awaitReady("evicted", "Running");
        assertThat(machines.nodeOf("evicted")).isEqualTo(last);
        assertThat(Optional.ofNullable(Machines.status(after).power())
                        .map(Power::lastStop)
                        .map(LastStop::reason))
                .hasValue("Evicted");
    }

    private void schedulable(Testbed.Node node, boolean isSo) {
        machines.testbed
                .kubectl(
                        "patch",
                        "hypervisor",
                        node.name(),
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"schedulable\":%s}}".formatted(isSo))
                .orFail();
    }

    private List<Pod> pods() {
        return machines.client
                .pods()
                .inNamespace(machines.namespace)
                .withLabel("meridian.dev/machine-uid")
                .list()
                .getItems();
    }
}
