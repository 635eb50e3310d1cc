package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What goes, goes whole: machines with their namespaces, and nothing stays for a namesake. */
@Shared
class DeletionE2E {
    private static final Duration SECONDS = Duration.ofSeconds(90);
    private static final String CONTROLLER = "system:serviceaccount:meridian-system:meridian-controller";

    @Test
    void namespaceOfRunningGuestsGoesWithinSeconds() {
        // given
        var machines = new Machines(Testbed.open(), "ends");
        machines.create("soft", "");
        machines.create("hard", "  stopMode: Hard\n");
        machines.awaitReady("soft", "Running");
        machines.awaitReady("hard", "Running");
        // One guest takes its time, longer than Kubernetes waits before it looks at a namespace again.
        machines.type("soft", "killall acpid; (sleep 12; poweroff -f) &");
        var nodes = machines.testbed.nodes();

        // when
        machines.client.namespaces().withName(machines.namespace).delete();

        // then
        Awaitility.await("namespace " + machines.namespace + " to be gone")
                .atMost(SECONDS)
                .until(() -> machines.client
                                .namespaces()
                                .withName(machines.namespace)
                                .get()
                        == null);
        assertThat(nodes)
                .allSatisfy(node -> assertThat(machines.testbed
                                .virsh(node, "list", "--all", "--name")
                                .orFail())
                        .doesNotContain(machines.namespace));
        machines.client.close();
    }

    @Test
    void controllerMayDeleteNoMachineAndTouchNoNamespaceThatStays() {
        // given
        try (var machines = new Machines(Testbed.open(), "stays")) {
            machines.create("stays", "  runStrategy: Halted\n");

            // when
            var deletion = asController(machines, "delete", "vm", "stays");
            ThrowingCallable note = () -> annotateAsController(machines);

            // then
            assertThat(deletion.output())
                    .contains("the controller may delete machines only in a namespace that is being deleted");
            assertThatThrownBy(note)
                    .hasMessageContaining("the controller may only annotate a namespace that is being deleted");
            assertThat(machines.get("stays").isMarkedForDeletion()).isFalse();
        }
    }

    /** As the controller does it, which does not read the namespace; kubectl would. */
    private static void annotateAsController(Machines machines) {
        try (var controller = machines.testbed.clientAs(CONTROLLER)) {
            controller
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(machines.namespace)
                            .endMetadata()
                            .build())
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"annotations\":{\"meridian.dev/machines-gone\":\"untrue\"}}}");
        }
    }

    private static Testbed.Said asController(Machines machines, String... arguments) {
        var all = Stream.concat(Stream.of("-n", machines.namespace, "--as=" + CONTROLLER), Stream.of(arguments));
        return machines.testbed.kubectl(all.toArray(String[]::new));
    }

    /** The garbage collector deletes it, with all the grace that it has. */
    @Test
    void reservationWhoseMachineIsGoneEndsWithinSeconds() {
        // given
        try (var machines = new Machines(Testbed.open(), "orphan")) {
            var uid = UUID.randomUUID();
            machines.createFrom("""
                    apiVersion: v1
                    kind: Pod
                    metadata:
                      name: orphan
                      namespace: %s
                      labels: {meridian.dev/machine-uid: %s}
                    spec:
                      terminationGracePeriodSeconds: 86400
                      containers:
                      - {name: reservation, image: "meridian/reservation:dev", command: [sleep, "2147483647"]}
                    """.formatted(machines.namespace, uid));
            var pod = machines.client.pods().inNamespace(machines.namespace).withName("orphan");
            Awaitility.await("the reservation to run")
                    .atMost(SECONDS)
                    .until(() -> pod.get().getStatus().getPhase(), "Running"::equals);

            // when
            pod.patch(PatchContext.of(PatchType.JSON_MERGE), """
                    {"metadata": {"ownerReferences": [
                      {"apiVersion": "meridian.dev/v1alpha1", "kind": "VirtualMachine", "name": "gone", "uid": "%s"}]}}
                    """.formatted(uid));

            // then
            Awaitility.await("the reservation to be gone").atMost(SECONDS).until(() -> pod.get() == null);
        }
    }

    @Test
    void machineOfAnEarlierNameIsANewOne() {
        // given
        try (var machines = new Machines(Testbed.open(), "again")) {
            machines.create("again", "  stopMode: Hard\n");
            var before = machines.awaitReady("again", "Running").getMetadata().getUid();
            machines.setClock("again", "2037-01-01 00:00:00");
            machines.delete("again");
            machines.awaitGone("again");

            // when
            machines.create("again", "  stopMode: Hard\n");

            // then
            var vm = machines.awaitReady("again", "Running");
            var uid = vm.getMetadata().getUid();
            assertThat(uid).isNotEqualTo(before);
            assertThat(machines.testbed
                            .virsh(machines.nodeOf("again"), "domuuid", machines.domain("again"))
                            .orFail())
                    .isEqualTo(uid);
            assertThat(Machines.offset(vm)).isZero();
            assertThat(machines.qemuOffset("again")).isBetween(-3L, 3L);
            assertThat(Objects.requireNonNull(Machines.status(vm).power()).restarts())
                    .isZero();
            assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
        }
    }
}
