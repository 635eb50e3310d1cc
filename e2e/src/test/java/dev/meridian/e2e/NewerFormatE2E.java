package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.metadata.MachineDocument;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An agent of an older version beside metadata of a newer one. The newer agent is played by the definition, which a
 * hand puts into a format to come and back, while no agent looks.
 */
class NewerFormatE2E {
    private static final int KNOWN = MachineDocument.FORMAT;
    private static final int NEWER = KNOWN + 1;
    private static final PatchContext AS_AGENT = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Meridian.AGENT)
            .withForce(true)
            .build();
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
        becomesOfFormat(KNOWN, NEWER);

        // when
        var stalled = machines.awaitCondition("newer", "Stalled", "NewerFormat");

        // then
        assertThat(stalled.message())
                .isEqualTo("the machine's metadata has format %d, this agent knows %d; upgrade the agent of node %s"
                        .formatted(NEWER, KNOWN, node.name()));
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
        becomesOfFormat(NEWER, KNOWN);
        machines.awaitGone("newer");
        assertThat(machines.testbed.virsh(node, "list", "--all", "--name").orFail())
                .doesNotContain(machines.domain("newer"));
    }

    @Test
    void stoppedMachineIsStartedByAnAgentThatKnowsItsFormatAlone() {
        // given
        becomesOfFormat(KNOWN, NEWER);
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
        becomesOfFormat(NEWER, KNOWN);
        machines.awaitReady("newer", "Running");
        assertThat(machines.qemuOffset("newer")).isCloseTo(offset, CLOCK);
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
    }

    @Test
    void machineThatIsHandedOverIsStartedByAnAgentThatKnowsItsFormatAlone() {
        // given
        var other = machines.testbed.nodes().stream()
                .filter(candidate -> !candidate.equals(node))
                .findFirst()
                .orElseThrow();
        machines.patchSpec("newer", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("newer", "Stopped");
        machines.testbed.verb("agent", "kill", other.name()).orFail();
        machines.patchSpec(
                "newer",
                "{\"runStrategy\":\"Always\",\"nodeSelector\":{\"kubernetes.io/hostname\":\"%s\"}}"
                        .formatted(other.name()));
        machines.await(
                "newer",
                "on " + other.name(),
                m -> other.name().equals(Machines.status(m).nodeName()));
        var document = Objects.requireNonNull(
                        Machines.status(machines.get("newer")).handover())
                .document();
        handoverBecomes(document.replace("\"format\":" + KNOWN, "\"format\":" + NEWER));

        // when
        machines.testbed.verb("agent", "start", other.name()).orFail();

        // then
        machines.awaitCondition("newer", "Stalled", "NewerFormat");
        handoverBecomes(document.substring(1));
        machines.awaitCondition("newer", "Stalled", "HandoverUnreadable");
        assertThat(machines.testbed.virsh(other, "list", "--all", "--name").orFail())
                .doesNotContain(machines.domain("newer"));
        handoverBecomes(document);
        machines.awaitReady("newer", "Running");
        assertThat(machines.qemuOffset("newer")).isCloseTo(offset, CLOCK);
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
    }

    /** Written as the agent would: a field that another manager owns stays when the agent takes it back. */
    private void handoverBecomes(String document) {
        var vm = machines.get("newer");
        var handover = Objects.requireNonNull(Machines.status(vm).handover());
        assertThat(document).isNotEqualTo(handover.document());
        ObjectNode patch = new ObjectMapper().valueToTree(vm);
        patch.putObject("metadata").put("name", "newer").put("namespace", machines.namespace);
        patch.remove("spec");
        ((ObjectNode) patch.path("status").path("handover")).put("document", document);
        machines.client.resource(vm).subresource("status").patch(AS_AGENT, patch.toString());
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
