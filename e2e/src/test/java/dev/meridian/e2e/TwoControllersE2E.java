package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Reservation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two controllers, of which one works at a time, whatever becomes of it. */
@Processes("it tells two controllers apart by their tokens, and stops one at a step by MERIDIAN_CRASH_AT")
class TwoControllersE2E {
    /** An expired Lease is taken within its duration and a retry; the rest is for a busy machine. */
    private static final Duration SUCCESSION = Duration.ofSeconds(40);

    private Machines machines;
    private ControllerToken leader;
    private ControllerToken second;
    private String leadersName;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "two");
        leadersName = holder();
        machines.testbed.verb("standby", "start").orFail();
        leader = ControllerToken.of(machines.testbed, "controller");
        second = ControllerToken.of(machines.testbed, "standby");
        Awaitility.await("the second controller to ask for the lead")
                .atMost(SUCCESSION)
                .until(() -> !second.requestsSince(Instant.EPOCH, "leases").isEmpty());
    }

    @AfterEach
    void close() {
        machines.testbed.verb("standby", "kill").orFail();
        machines.testbed.verb("controller", "kill").orFail();
        machines.client
                .leases()
                .inNamespace("meridian-system")
                .withName("meridian-controller")
                .delete();
        machines.testbed.verb("controller", "start").orFail();
        machines.close();
    }

    @Test
    void secondControllerWritesNothingWhileTheFirstWorks() {
        // given
        var since = Instant.now();

        // when
        machines.create("one", "  stopMode: Hard\n");
        machines.awaitReady("one", "Running");

        // then
        assertThat(second.writesSince(since)).isEmpty();
        assertThat(leader.writesSince(since)).isNotEmpty();
        assertThat(holder()).isEqualTo(leadersName);
    }

    @Test
    void nextControllerFinishesWhatTheKilledOneBegan() {
        // given
        var names = IntStream.range(0, 5).mapToObj("burst-%d"::formatted).toList();
        names.forEach(name -> machines.post(machines.manifest(name, "  stopMode: Hard\n")));

        // when
        machines.testbed.verb("controller", "kill").orFail();

        // then
        awaitSuccession();
        assertThat(names).allSatisfy(this::assertPlacedOnce);
        assertThat(pods()).hasSameSizeAs(names);
    }

    /** It goes on within its step, and with an expired Lease of which it does not know yet. */
    @ParameterizedTest
    @ValueSource(strings = {"before CreatePod", "before WriteStatus"})
    void controllerThatWasPausedWritesNothingOnceTheNextOneLeads(String point) {
        // given
        machines.testbed.verb("standby", "kill").orFail();
        var armed = ArmedProcess.controller(machines.testbed);
        leader = ControllerToken.of(machines.testbed, "controller");
        Awaitility.await("the armed controller to lead").atMost(SUCCESSION).until(() -> !holder().isEmpty());
        leadersName = holder();
        machines.testbed.verb("standby", "start").orFail();
        var name = "paused";
        var paused = armed.stopsAt(point, () -> machines.post(machines.manifest(name, "  stopMode: Hard\n")));
        awaitSuccession();
        assertPlacedOnce(name);
        var successor = holder();

        // when
        var awake = Instant.now();
        Testbed.run(List.of("kill", "-CONT", paused)).orFail();

        // then
        Awaitility.await("the controller that lost the lead to end")
                .atMost(SUCCESSION)
                .until(() -> machines.testbed.verb("pid", "controller").status() != 0);
        assertThat(leader.writesSince(awake)).isEmpty();
        assertPlacedOnce(name);
        assertThat(holder()).isEqualTo(successor);
    }

    private void awaitSuccession() {
        Awaitility.await("the second controller to lead")
                .atMost(SUCCESSION)
                .until(() -> !holder().equals(leadersName) && !holder().isEmpty());
    }

    private void assertPlacedOnce(String name) {
        var vm = machines.awaitReady(name, "Running");
        assertThat(vm.getMetadata().getFinalizers()).containsExactly("meridian.dev/machine");
        Reservation reservation = Objects.requireNonNull(Machines.status(vm).reservation());
        assertThat(reservation.attempt()).isEqualTo(1);
        assertThat(pods().stream()
                        .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                                .anyMatch(owner -> owner.getName().equals(name)))
                        .map(pod -> pod.getMetadata().getUid()))
                .containsExactly(reservation.podUID());
        var observed = machines.observed(vm.getMetadata().getUid());
        assertThat(observed.path("boots").asInt()).isEqualTo(1);
        assertThat(observed.path("maxCopies").asInt()).isEqualTo(1);
    }

    private List<Pod> pods() {
        return machines.client.pods().inNamespace(machines.namespace).list().getItems();
    }

    private String holder() {
        Lease lease = machines.client
                .leases()
                .inNamespace("meridian-system")
                .withName("meridian-controller")
                .get();
        return lease == null ? "" : Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
    }
}
