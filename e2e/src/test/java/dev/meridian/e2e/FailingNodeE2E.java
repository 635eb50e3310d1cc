package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node without room, without descriptors, with a wrong clock: it is told, and over by itself when it is over. */
@Processes("an agent has no file descriptor left, or the time of a node's clock that is wrong: a pod has the machine's")
class FailingNodeE2E {
    private static final String DEFINITIONS = "/etc/libvirt/qemu";
    private static final Offset<Long> CLOCK = Offset.offset(3L);
    private static final int MEBIBYTE = 1 << 20;

    private static Machines machines;
    private static Testbed.Node node;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "failing");
        node = machines.testbed.nodes().getLast();
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void guestWhoseDiskCannotGrowIsHeldAndGoesOnWhenThereIsRoom() throws IOException {
        // given
        var directory = "/var/lib/meridian/" + machines.namespace;
        machines.testbed.verb("node", "small", node.name(), directory, "8m").orFail();
        machines.openTo(machines.namespace, directory);
        var filler = inside(directory + "/filler");
        Files.write(filler, new byte[6 * MEBIBYTE]);
        Testbed.run(List.of(
                        "truncate", "-s", "4M", inside(directory + "/disk.img").toString()))
                .orFail();
        machines.create(
                "grows", here() + "  disks: [{name: data, hostPath: {path: %s/disk.img}}]%n".formatted(directory));
        var uid = machines.awaitReady("grows", "Running").getMetadata().getUid();

        // when
        machines.type("grows", "(dd if=/dev/urandom of=/dev/vda bs=1M count=4 && sync && echo wrote) >/tmp/dd 2>&1 &");

        // then
        var ready = machines.awaitCondition("grows", "Ready", "DiskError");
        assertThat(ready.message()).contains("a disk cannot be written", "tried again at");
        Files.delete(filler);
        machines.awaitReady("grows", "Running");
        Awaitility.await("the guest to have written all")
                .atMost(Duration.ofSeconds(60))
                .until(() -> machines.type("grows", "cat /tmp/dd").contains("wrote"));
        wasOneBoot(uid);
        machines.delete("grows");
        machines.awaitGone("grows");
        machines.testbed.verb("node", "mend", node.name(), directory).orFail();
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", machines.namespace)
                .orFail();
    }

    @ParameterizedTest
    @CsvSource({"full, No space left on device", "read-only, Read-only file system"})
    void directoryThatTakesNoDefinitionIsToldAndNothingIsLostByIt(String fault, String said) {
        // given
        machines.create("runs-" + fault, here());
        var uid = machines.awaitReady("runs-" + fault, "Running").getMetadata().getUid();

        // when
        var offset = whileIts(DEFINITIONS, fault, () -> {
            var set = machines.setClock("runs-" + fault, "2031-01-01 00:00:00");
            machines.create("waits-" + fault, here());

            // then
            var ready = machines.awaitCondition("waits-" + fault, "Ready", "StartFailed");
            assertThat(ready.message()).contains(said);
            assertThat(Machines.offset(machines.get("runs-" + fault))).isCloseTo(set, CLOCK);
            var held = machines.awaitCondition("runs-" + fault, "Reconciling", "RememberFailed");
            assertThat(held.message()).contains(said);
            return set;
        });
        machines.awaitReady("waits-" + fault, "Running");
        machines.awaitReady("runs-" + fault, "Running");
        wasOneBoot(uid);
        machines.patchSpec("runs-" + fault, "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("runs-" + fault, "Stopped");
        machines.patchSpec("runs-" + fault, "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("runs-" + fault, "Running");
        assertThat(machines.qemuOffset("runs-" + fault)).isCloseTo(offset, CLOCK);
    }

    @Test
    void agentStartsAndServesWithAStateDirectoryThatTakesNothing() {
        // given
        machines.create("stateless", here());
        var uid = machines.awaitReady("stateless", "Running").getMetadata().getUid();

        // when
        var ready = whileIts("/var/lib/meridian", "read-only", () -> {
            machines.testbed.verb("agent", "kill", node.name()).orFail();
            machines.testbed.verb("agent", "start", node.name()).orFail();
            var offset = machines.setClock("stateless", "2032-01-01 00:00:00");

            // then
            assertThat(Machines.offset(machines.get("stateless"))).isCloseTo(offset, CLOCK);
            machines.create("logged", here());
            return machines.awaitCondition("logged", "Ready", "StartFailed");
        });
        assertThat(ready.message()).contains("/var/lib/meridian", "Read-only file system");
        machines.awaitReady("logged", "Running");
        wasOneBoot(uid);
    }

    @Test
    void libvirtWithoutDescriptorsIsToldAndMachinesStartWhenItHasThemAgain() {
        // given
        machines.create("open", here());
        var uid = machines.awaitReady("open", "Running").getMetadata().getUid();
        machines.testbed
                .verb("node", "descriptors", node.name(), "libvirtd", "none")
                .orFail();

        // when
        machines.create("opens", here());

        // then
        machines.await("opens", "told of libvirt", FailingNodeE2E::hasNoLibvirt);
        // GLib aborts a libvirtd that cannot make a pipe, and systemd starts it again: it may be dead already
        machines.testbed.verb("libvirtd", "kill", node.name());
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        machines.awaitReady("opens", "Running");
        machines.awaitReady("open", "Running");
        wasOneBoot(uid);
    }

    /** What it closes it can open again, so it may well find its way; at the latest with descriptors it does. */
    @Test
    void agentWithoutDescriptorsServesAllThatWasAskedOfItWhenItHasThemAgain() {
        // given
        machines.create("cut-off", here());
        var uid = machines.awaitReady("cut-off", "Running").getMetadata().getUid();
        machines.testbed
                .verb("node", "descriptors", node.name(), "agent", "none")
                .orFail();
        machines.testbed.verb("libvirtd", "kill", node.name()).orFail();
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        machines.testbed.verb("apiserver", "stop").orFail();
        machines.testbed.verb("apiserver", "start").orFail();

        // when
        machines.create("asked", here());
        machines.await(
                "asked",
                "seen by the controller",
                vm -> Machines.condition(vm, "Scheduled").isPresent());
        machines.testbed
                .verb("node", "descriptors", node.name(), "agent", "all")
                .orFail();

        // then
        machines.awaitReady("asked", "Running");
        machines.awaitReady("cut-off", "Running");
        wasOneBoot(uid);
    }

    /** Ahead, and then back by a day: behind from the start, the cluster's fresh certificates would not be valid yet. */
    @Test
    void clockOfANodeThatIsADayOffStopsNothing() {
        // given
        var name = "ahead";
        machines.testbed.verb("node", "clock", node.name(), "86400").orFail();
        String uid;
        try {
            machines.create(name, here());
            uid = machines.awaitReady(name, "Running").getMetadata().getUid();
            crash(uid);
            machines.await(name, "running after a crash", vm -> restarts(vm) == 1 && isReady(vm));
        } finally {
            // when
            machines.testbed.verb("node", "clock", node.name(), "real").orFail();
        }

        // then
        crash(uid);
        machines.await(name, "running after another", vm -> restarts(vm) == 2 && isReady(vm));
        machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady(name, "Stopped");
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(3);
        assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
    }

    private static String here() {
        return "  nodeSelector: {kubernetes.io/hostname: %s}%n".formatted(node.name());
    }

    private static boolean hasNoLibvirt(VirtualMachine vm) {
        return Machines.condition(vm, "Ready")
                .map(Condition::reason)
                .filter(Set.of("StartFailed", "LibvirtUnreachable")::contains)
                .isPresent();
    }

    private static boolean isReady(VirtualMachine vm) {
        return Machines.condition(vm, "Ready")
                .map(Condition::reason)
                .filter("Running"::equals)
                .isPresent();
    }

    private static long restarts(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power())
                .map(Power::restarts)
                .orElse(0L);
    }

    private static void crash(String uid) {
        Testbed.run(List.of("pkill", "-KILL", "-f", "qemu.*-uuid " + uid)).orFail();
    }

    /** The directory is mended whatever comes, or every later test on the node would fail by it. */
    private static <T> T whileIts(String directory, String fault, Supplier<T> tried) {
        machines.testbed.verb("node", fault, node.name(), directory).orFail();
        try {
            return tried.get();
        } finally {
            machines.testbed.verb("node", "mend", node.name(), directory).orFail();
        }
    }

    private static void wasOneBoot(String uid) {
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
    }

    /** A file as the node sees it, whatever was laid over its directories. */
    private static Path inside(String path) {
        var pid = machines.testbed.verb("pid", "libvirtd", node.name()).orFail();
        return Path.of("/proc", pid, "root", path);
    }
}
