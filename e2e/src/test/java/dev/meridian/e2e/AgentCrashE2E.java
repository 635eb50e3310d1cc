package dev.meridian.e2e;

import static dev.meridian.e2e.ArmedProcess.around;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.plan.Step;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent is killed right before and right after what each of its steps does, and the next one goes on from there. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgentCrashE2E {
    private static final Offset<Long> CLOCK = Offset.offset(3L);
    private static final String CLOCK_OF_THE_GUEST = "date -s '2031-01-01 00:00:00' && hwclock -w";

    private static Machines machines;
    private static Testbed.Node home;
    private static Testbed.Node other;
    private static ArmedProcess agent;
    private static ArmedProcess othersAgent;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "crash");
        home = machines.testbed.nodes().getFirst();
        other = machines.testbed.nodes().getLast();
        agent = ArmedProcess.agent(machines.testbed, home);
        othersAgent = ArmedProcess.agent(machines.testbed, other);
    }

    @AfterAll
    static void close() {
        othersAgent.close();
        agent.close();
        machines.close();
    }

    @Test
    void machineThatWasRefusedStartsOnce() {
        // given
        machines.testbed.virsh(home, "net-destroy", "default");
        agent.diesAt(around(Step.Refuse.class), () -> create("starts", """
                          disks: [{name: a, hostPath: {path: /etc/shadow}}]
                          interfaces: [{name: a}]
                        """));
        machines.awaitCondition("starts", "Stalled", "PathNotOpened");

        // when
        agent.diesAt(
                Stream.of(
                                around(Step.StartNetwork.class),
                                List.of("before Start", "after Define", "after Start"),
                                around(Step.Settled.class))
                        .flatMap(List::stream)
                        .toList(),
                () -> machines.patchSpec("starts", "{\"disks\":null}"));

        // then
        machines.awaitReady("starts", "Running");
        assertBoots("starts", 1);
        assertThat(machines.testbed.virsh(home, "net-list", "--name").orFail()).contains("default");
    }

    @Test
    void guestThatIsDeafIsPutOutAndKeepsItsClock() {
        // given
        create("deaf", "");
        machines.awaitReady("deaf", "Running");
        machines.type("deaf", "killall acpid");

        // when
        agent.diesAt(around(Step.Remember.class), () -> machines.type("deaf", CLOCK_OF_THE_GUEST));
        machines.await("deaf", "told of the clock", m -> Math.abs(Machines.offset(m)) > 1_000_000);
        var offset = machines.qemuOffset("deaf");
        agent.diesAt(
                around(Step.Shutdown.class, Step.Wait.class),
                () -> machines.patchSpec("deaf", "{\"runStrategy\":\"Halted\"}"));
        agent.diesAt(around(Step.Destroy.class), () -> machines.patchSpec("deaf", "{\"stopMode\":\"Hard\"}"));
        machines.awaitReady("deaf", "Stopped");
        agent.diesAt(
                around(Step.Hold.class),
                () -> machines.patchSpec(
                        "deaf", "{\"runStrategy\":\"Always\",\"nodeSelector\":{\"nowhere\":\"true\"}}"));
        machines.awaitCondition("deaf", "Ready", "WaitingForReservation");
        machines.patchSpec("deaf", "{\"nodeSelector\":{\"nowhere\":null}}");

        // then
        var vm = machines.awaitReady("deaf", "Running");
        assertThat(Machines.offset(vm)).isCloseTo(offset, CLOCK);
        assertThat(machines.qemuOffset("deaf")).isCloseTo(offset, CLOCK);
        assertBoots("deaf", 2);
    }

    /**
     * libvirt takes ten seconds to kill a hypervisor process that does not listen. The next agent finds the domain
     * locked meanwhile: no second step of the kind is told.
     */
    @ParameterizedTest
    @ValueSource(strings = {"before InFlight", "after InFlight"})
    void stepThatLastsEndsWithoutTheAgent(String point) {
        // given
        var name = point.replace(' ', '-').toLowerCase(Locale.ROOT);
        create(name, "");
        var uid = machines.awaitReady(name, "Running").getMetadata().getUid();
        Testbed.run(List.of("pkill", "-STOP", "-f", "qemu.*-uuid " + uid)).orFail();

        // when
        agent.diesAt(
                List.of(point), () -> machines.patchSpec(name, "{\"runStrategy\":\"Halted\",\"stopMode\":\"Hard\"}"));

        // then
        machines.awaitReady(name, "Stopped");
        assertBoots(name, 1);
    }

    @Test
    void stoppedMachineMovesWithItsClockAndThenGoesWhole() {
        // given
        create("moves", "  stopMode: Hard\n");
        var uid = machines.awaitReady("moves", "Running").getMetadata().getUid();
        var offset = machines.setClock("moves", "2032-01-01 00:00:00");
        machines.patchSpec("moves", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("moves", "Stopped");

        // when
        agent.diesAt(
                around(Step.HandOver.class, Step.Undefine.class, Step.Release.class),
                () -> machines.patchSpec(
                        "moves",
                        "{\"runStrategy\":\"Always\",\"nodeSelector\":{\"kubernetes.io/hostname\":\"%s\"}}"
                                .formatted(other.name())));

        // then
        machines.await(
                "moves",
                "on " + other.name(),
                m -> other.name().equals(Machines.status(m).nodeName()));
        machines.awaitReady("moves", "Running");
        assertThat(machines.qemuOffset("moves")).isCloseTo(offset, CLOCK);
        assertBoots("moves", 2);
        othersAgent.diesAt(around(Step.Undefine.class, Step.Release.class), () -> machines.delete("moves"));
        machines.awaitGone("moves");
        assertThat(machines.testbed.nodes())
                .allSatisfy(node -> assertThat(machines.testbed
                                .virsh(node, "list", "--all", "--name")
                                .orFail())
                        .doesNotContain(machines.domain("moves")));
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
    }

    /** It is a note: one that is lost changes nothing, one that was written is not written again. */
    @Test
    void eventIsWrittenOnceAtTheMost() {
        // given
        create("told", "  stopMode: Hard\n");
        machines.awaitReady("told", "Running");

        // when
        agent.diesAt(List.of("before Event"), () -> machines.patchSpec("told", "{\"runStrategy\":\"Halted\"}"));
        machines.awaitReady("told", "Stopped");
        agent.diesAt(List.of("after Event"), () -> machines.patchSpec("told", "{\"runStrategy\":\"Always\"}"));
        machines.awaitReady("told", "Running");

        // then
        assertThat(events("told")).containsExactlyInAnyOrder("Started", "Started");
        assertBoots("told", 2);
    }

    /** A new step fails here until a machine's life above leads to it. */
    @Test
    @Order(Integer.MAX_VALUE)
    void agentHasDiedAtEveryStep() {
        // given
        var every = around(ArmedProcess.permitted(Step.class));

        // when
        Set<String> died = new TreeSet<>(agent.points());

        // then
        assertThat(died).containsAll(every);
    }

    private static void create(String name, String more) {
        machines.createFrom(machines.manifest(
                name, "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(home.name()) + more));
    }

    private static void assertBoots(String name, int boots) {
        var observed = machines.observed(machines.get(name).getMetadata().getUid());
        assertThat(observed.path("boots").asInt()).as("boots of " + name).isEqualTo(boots);
        assertThat(observed.path("maxCopies").asInt()).as("copies of " + name).isEqualTo(1);
    }

    private static List<String> events(String name) {
        return machines.client.events().v1().events().inNamespace(machines.namespace).list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(name))
                .map(event -> event.getReason())
                .toList();
    }
}
