package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An agent of an older version beside metadata of a newer one. The newer agent is played by the definition, which a
 * hand puts into a format to come and back, while no agent looks.
 */
class NewerFormatE2E {
    private static final Offset<Long> CLOCK = Offset.offset(3L);

    private Machines machines;
    private Testbed.Node node;
    private String uid;
    private long offset;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "newer");
        machines.create("newer", "  stopMode: Hard\n");
        uid = machines.awaitReady("newer", "Running").getMetadata().getUid();
        offset = machines.setClock("newer", "2033-02-01 00:00:00");
        machines.await("newer", "told of its clock", m -> Math.abs(Machines.offset(m) - offset) <= 2);
        node = machines.nodeOf("newer");
    }

    @AfterEach
    void close() {
        machines.close();
    }

    @Test
    void runningMachineIsLeftAloneEvenWhenDeletedUntilAnAgentKnowsItsFormat() {
        // given
        becomesOfFormat(1, 2);

        // when
        var stalled = machines.awaitCondition("newer", "Stalled", "NewerFormat");

        // then
        assertThat(stalled.message())
                .isEqualTo("the domain's metadata has format 2, this agent knows 1; upgrade the agent of node "
                        + node.name());
        assertThat(Machines.offset(machines.get("newer"))).isCloseTo(offset, CLOCK);
        var definition = machines.inactiveXml(node, "newer");
        machines.type("newer", "date -s '2034-02-01 00:00:00' && hwclock -w");
        machines.patchSpec("newer", "{\"runStrategy\":\"Halted\"}");
        machines.await("newer", "looked at again", Machines::isObserved);
        machines.delete("newer");
        machines.awaitCondition("newer", "Ready", "Terminating");
        assertThat(machines.inactiveXml(node, "newer")).isEqualTo(definition);
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
        assertThat(machines.observed(uid).path("stops")).isEmpty();
        becomesOfFormat(2, 1);
        machines.awaitGone("newer");
        assertThat(machines.testbed.virsh(node, "list", "--all", "--name").orFail())
                .doesNotContain(machines.domain("newer"));
    }

    @Test
    void stoppedMachineIsStartedByAnAgentThatKnowsItsFormatAlone() {
        // given
        becomesOfFormat(1, 2);
        machines.awaitCondition("newer", "Stalled", "NewerFormat");

        // when
        machines.testbed.virsh(node, "destroy", machines.domain("newer")).orFail();

        // then
        machines.patchSpec("newer", "{\"terminationGracePeriodSeconds\":100}");
        machines.await("newer", "looked at again", Machines::isObserved);
        assertThat(machines.testbed
                        .virsh(node, "domstate", machines.domain("newer"))
                        .orFail())
                .isEqualTo("shut off");
        becomesOfFormat(2, 1);
        machines.awaitReady("newer", "Running");
        assertThat(machines.qemuOffset("newer")).isCloseTo(offset, CLOCK);
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
    }

    private void becomesOfFormat(int from, int to) {
        machines.testbed.verb("agent", "kill", node.name()).orFail();
        var before = machines.inactiveXml(node, "newer");
        var after = before.replace("\"format\":" + from, "\"format\":" + to);
        assertThat(after).as("the definition in format " + to).isNotEqualTo(before);
        machines.define(node, after);
        machines.testbed.verb("agent", "start", node.name()).orFail();
    }
}
