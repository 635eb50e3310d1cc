package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What somebody does to a machine by virsh: it is seen at once, named, and repaired as the run strategy says. */
@Shared
class DriftE2E {
    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "drift");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void destroyedDomainIsStartedAgain() {
        // given
        machines.create("destroyed", "");
        machines.awaitReady("destroyed", "Running");
        var offset = machines.setClock("destroyed", "2032-01-01 00:00:00");

        // when
        virsh("destroyed", "destroy");

        // then
        machines.awaitCondition("destroyed", "Drifted", "DomainDestroyed");
        machines.awaitReady("destroyed", "Running");
        assertThat(machines.qemuOffset("destroyed")).isCloseTo(offset, Offset.offset(3L));
    }

    @Test
    void suspendedDomainIsResumed() {
        // given
        machines.create("suspended", "");
        machines.awaitReady("suspended", "Running");
        assertNotDrifted("suspended");

        // when
        virsh("suspended", "suspend");

        // then
        machines.awaitCondition("suspended", "Drifted", "DomainSuspended");
        machines.awaitReady("suspended", "Running");
        machines.type("suspended", "true");
    }

    @Test
    void editedDefinitionIsNamedAndPutBack() {
        // given
        machines.create("edited", "");
        machines.awaitReady("edited", "Running");
        assertNotDrifted("edited");
        var before = machines.inactiveXml(machines.nodeOf("edited"), "edited");

        // when
        machines.define(
                machines.nodeOf("edited"),
                before.replace(">1</vcpu>", ">3</vcpu>").replace("sockets='1'", "sockets='3'"));

        // then
        machines.awaitCondition("edited", "Drifted", "DefinitionEdited");
        assertThat(machines.inactiveXml(machines.nodeOf("edited"), "edited")).contains(">1</vcpu>");
        machines.patchSpec("edited", "{\"power\":{\"restartRequestedAt\":\"%s\"}}".formatted(java.time.Instant.now()));
        machines.awaitCondition("edited", "Drifted", "AsDefined");
        machines.awaitReady("edited", "Running");
        assertThat(machines.type("edited", "nproc")).contains("1");
    }

    @Test
    void undefinedDomainIsDefinedAgainWhetherItRunsOrNot() {
        // given
        machines.create("undefined", "");
        machines.awaitReady("undefined", "Running");
        var offset = machines.setClock("undefined", "2033-01-01 00:00:00");

        // when
        virsh("undefined", "undefine");

        // then
        machines.awaitCondition("undefined", "Drifted", "DomainUndefined");
        machines.patchSpec("undefined", "{\"runStrategy\":\"Halted\",\"stopMode\":\"Hard\"}");
        machines.awaitReady("undefined", "Stopped");

        // when
        virsh("undefined", "undefine");

        // then
        machines.patchSpec("undefined", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("undefined", "Running");
        assertThat(machines.qemuOffset("undefined")).isCloseTo(offset, Offset.offset(3L));
    }

    @Test
    void renamedDomainHasItsNameBack() {
        // given
        machines.create("renamed", "  runStrategy: Always\n");
        machines.awaitReady("renamed", "Running");
        machines.patchSpec("renamed", "{\"runStrategy\":\"Halted\",\"stopMode\":\"Hard\"}");
        machines.awaitReady("renamed", "Stopped");

        // when
        machines.testbed
                .virsh(machines.nodeOf("renamed"), "domrename", machines.domain("renamed"), "mine-now")
                .orFail();

        // then
        machines.awaitCondition("renamed", "Drifted", "DomainRenamed");
        assertThat(machines.testbed
                        .virsh(machines.nodeOf("renamed"), "list", "--all", "--name")
                        .orFail())
                .contains(machines.domain("renamed"))
                .doesNotContain("mine-now");
    }

    @Test
    void haltedMachineThatSomebodyStartsIsStoppedAgain() {
        // given
        machines.create("started", "  stopMode: Hard\n");
        machines.awaitReady("started", "Running");
        machines.patchSpec("started", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("started", "Stopped");

        // when
        // The agent may be quicker than the end of virsh's start.
        machines.testbed.virsh(machines.nodeOf("started"), "start", machines.domain("started"));

        // then
        machines.awaitCondition("started", "Drifted", "DomainStarted");
        machines.awaitReady("started", "Stopped");
    }

    @Test
    void machineThatSomebodyMigratedIsFoundWhereItRunsAndNeverRunsTwice() {
        // given
        machines.create("migrated", "");
        var uid = machines.awaitReady("migrated", "Running").getMetadata().getUid();
        var from = machines.nodeOf("migrated");
        var to = machines.testbed.nodes().stream()
                .filter(node -> !node.equals(from))
                .findFirst()
                .orElseThrow();

        // when
        machines.testbed
                .virsh(
                        from,
                        "migrate",
                        "--live",
                        "--p2p",
                        "--persistent",
                        "--undefinesource",
                        machines.domain("migrated"),
                        to.uri(),
                        "tcp://" + to.address())
                .orFail();

        // then
        machines.await(
                "migrated",
                "found on " + to.name(),
                m -> to.name().equals(Machines.status(m).nodeName()));
        machines.awaitReady("migrated", "Running");
        var observed = machines.observed(uid);
        assertThat(observed.path("processes").asInt()).isLessThanOrEqualTo(2);
        assertThat(machines.testbed.virsh(from, "list", "--all", "--name").orFail())
                .doesNotContain(machines.domain("migrated"));
    }

    private static void assertNotDrifted(String name) {
        assertThat(drift(machines.get(name))).contains("AsDefined");
    }

    private static Optional<String> drift(VirtualMachine vm) {
        return Machines.condition(vm, "Drifted").map(Condition::reason);
    }

    private static void virsh(String name, String verb) {
        machines.testbed
                .virsh(machines.nodeOf(name), verb, machines.domain(name))
                .orFail();
    }
}
