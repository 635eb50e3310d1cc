package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.Hypervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a guest's real-time clock begins with, asked of QEMU itself, and what it is after a start by whomsoever. */
@Processes("agents see the time of node clocks that are wrong: a pod has the machine's")
class ClockE2E {
    private static final Offset<Long> CLOCK = Offset.offset(3L);

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "clock");
    }

    @AfterAll
    static void close() {
        machines.close();
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", "--ignore-not-found", machines.namespace)
                .orFail();
    }

    @Test
    void clockOfAZoneBeginsWithItsLocalTimeAndKeepsWhatTheGuestMakesOfIt() {
        // given
        var zone = ZoneId.of("Pacific/Auckland");
        machines.create("zone", "  clock: {timezone: Pacific/Auckland}\n");

        // when
        var vm = machines.awaitReady("zone", "Running");

        // then
        var local = (long) zone.getRules().getOffset(Instant.now()).getTotalSeconds();
        assertThat(machines.qemuOffset("zone")).isCloseTo(local, CLOCK);
        assertThat(Machines.offset(vm)).isCloseTo(local, CLOCK);
        restart("zone");
        assertThat(machines.qemuOffset("zone")).isCloseTo(local, CLOCK);
        var set = machines.setClock("zone", "2031-01-01 00:00:00");
        restart("zone");
        assertThat(machines.qemuOffset("zone")).isCloseTo(set, CLOCK);
    }

    @Test
    void absoluteClockBeginsOnceAndGoesOnWhereItWasLeft() {
        // given
        var start = Instant.parse("2013-06-05T09:13:08Z");
        machines.create("once", "  clock: {absolute: {start: 2013-06-05T09:13:08Z}}\n");
        machines.awaitReady("once", "Running");
        var offset = machines.qemuOffset("once");

        // when
        restart("once");

        // then
        assertThat(offset).isCloseTo(Duration.between(Instant.now(), start).toSeconds(), Offset.offset(120L));
        assertThat(machines.qemuOffset("once")).isCloseTo(offset, CLOCK);
        assertThat(Machines.offset(machines.get("once"))).isCloseTo(offset, CLOCK);
    }

    @Test
    void clockThatIsNotKeptBeginsAnewAtEachStart() {
        // given
        machines.create("anew", "  clock: {utc: {offsetSeconds: 7200}, persist: false}\n");
        machines.awaitReady("anew", "Running");
        machines.setClock("anew", "2032-01-01 00:00:00");

        // when
        restart("anew");

        // then
        assertThat(machines.qemuOffset("anew")).isCloseTo(7200L, CLOCK);
        assertThat(Machines.offset(machines.get("anew"))).isCloseTo(7200L, CLOCK);
    }

    @Test
    void changedWishWinsOnceOverWhatTheGuestMadeOfItsClock() {
        // given
        machines.create("changed", "  clock: {utc: {offsetSeconds: 0}}\n");
        machines.awaitReady("changed", "Running");
        machines.setClock("changed", "2033-01-01 00:00:00");

        // when
        machines.patchSpec("changed", "{\"clock\":{\"utc\":null,\"timezone\":\"Asia/Kolkata\"}}");
        machines.await(
                "changed",
                "told that the clock waits for a start",
                vm -> Machines.status(vm).pendingChanges().stream()
                        .anyMatch(change -> change.field().startsWith("spec.clock")));
        restart("changed");

        // then
        assertThat(machines.qemuOffset("changed")).isCloseTo(19_800L, CLOCK);
        var set = machines.setClock("changed", "2034-01-01 00:00:00");
        restart("changed");
        assertThat(machines.qemuOffset("changed")).isCloseTo(set, CLOCK);
    }

    @Test
    void startByVirshBeginsWithTheClockThatTheGuestLeft() {
        // given
        machines.create("virsh", "  runStrategy: Manual\n");
        machines.awaitReady("virsh", "Stopped");
        machines.patchSpec("virsh", "{\"power\":{\"startRequestedAt\":\"%s\"}}".formatted(Instant.now()));
        machines.awaitReady("virsh", "Running");
        var node = machines.nodeOf("virsh");
        var offset = machines.setClock("virsh", "2035-01-01 00:00:00");
        machines.patchSpec("virsh", "{\"power\":{\"stopRequestedAt\":\"%s\"}}".formatted(Instant.now()));
        machines.awaitReady("virsh", "Stopped");

        // when
        machines.testbed.virsh(node, "start", machines.domain("virsh")).orFail();

        // then
        assertThat(machines.qemuOffset("virsh", node)).isCloseTo(offset, CLOCK);
    }

    @Test
    void clockThatWasSetWhileTheAgentWasAwayIsKnownByTheHook() {
        // given
        var node = machines.testbed.nodes().getLast();
        openHook(true);
        awaitHook(node, "LibvirtRestartNeeded");
        machines.testbed.verb("libvirtd", "kill", node.name()).orFail();
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        awaitHook(node, "Active");
        machines.create("noted", onThat(node));
        machines.awaitReady("noted", "Running");

        // when
        machines.testbed.verb("agent", "kill", node.name()).orFail();
        machines.type("noted", "date -s '2036-01-01 00:00:00' && hwclock -w");
        var offset = machines.qemuOffset("noted", node);
        powerOff("noted", node);
        machines.testbed.verb("agent", "start", node.name()).orFail();

        // then
        var vm = machines.awaitReady("noted", "Stopped");
        var clock = Objects.requireNonNull(Machines.status(vm).clock());
        assertThat(clock.source()).isEqualTo(ClockSource.Hook);
        assertThat(clock.certain()).isTrue();
        assertThat(clock.rtcOffsetSeconds()).isCloseTo(offset, CLOCK);
        machines.patchSpec("noted", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("noted", "Running");
        assertThat(machines.qemuOffset("noted")).isCloseTo(offset, CLOCK);
        openHook(false);
        awaitHook(node, "NotOpened");
    }

    @Test
    void clockThatWasSetWhileLibvirtWasAwayIsReadFromTheRunningDomain() {
        // given
        machines.create("away", "");
        machines.awaitReady("away", "Running");
        var node = machines.nodeOf("away");
        var before = machines.setClock("away", "2036-01-01 00:00:00");

        // when
        machines.type("away", "(sleep 2; date -s '2016-01-01 00:00:00' && hwclock -w) >/dev/null 2>&1 &");
        machines.testbed.verb("libvirtd", "kill", node.name()).orFail();
        FaultedCluster.lasts(5_000);
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();

        // then
        machines.await("away", "told of the other clock", vm -> Machines.offset(vm) < before - 1_000_000);
        assertThat(Machines.offset(machines.get("away"))).isCloseTo(machines.qemuOffset("away"), CLOCK);
    }

    @Test
    void summerTimeOfLibvirtsZoneMovesNoClock() {
        // given
        machines.create("zoned", "");
        machines.awaitReady("zoned", "Running");
        var node = machines.nodeOf("zoned");
        var here = ZoneId.of("America/New_York").getRules();
        var other = Instant.now().plus(Duration.ofDays(180));
        assertThat(here.isDaylightSavings(other)).isNotEqualTo(here.isDaylightSavings(Instant.now()));
        var offset = machines.setClock(
                "zoned",
                other.truncatedTo(ChronoUnit.DAYS)
                        .toString()
                        .replaceAll("[TZ]", " ")
                        .strip());

        try {
            // when
            machines.testbed
                    .verb("node", "zone", node.name(), "America/New_York")
                    .orFail();

            // then
            FaultedCluster.lasts(5_000);
            assertThat(Machines.offset(machines.get("zoned"))).isCloseTo(offset, CLOCK);
            restart("zoned");
            assertThat(machines.qemuOffset("zoned")).isCloseTo(offset, CLOCK);
        } finally {
            machines.testbed.verb("node", "zone", node.name(), "UTC").orFail();
        }
    }

    /** Each in another moment of what the agent makes of the clock from before: it must not outlast the snapshot's. */
    @Test
    void clockOfASnapshotIsBackWithIt() {
        // given
        var node = machines.testbed.nodes().getFirst();
        machines.create("snapshot", onThat(node) + diskOf(node));
        machines.awaitReady("snapshot", "Running");
        var domain = machines.domain("snapshot");
        for (int year = 2031; year < 2036; year++) {
            var name = "of" + year;
            var kept = machines.setClock("snapshot", year + "-01-01 00:00:00");
            machines.testbed.virsh(node, "snapshot-create-as", domain, name).orFail();
            machines.type("snapshot", "date -s '2045-01-01 00:00:00' && hwclock -w");

            // when
            machines.testbed.virsh(node, "snapshot-revert", domain, name).orFail();

            // then
            Awaitility.await("told of the clock of the snapshot " + name)
                    .during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Math.abs(Machines.offset(machines.get("snapshot")) - kept) <= 2);
            assertThat(machines.qemuOffset("snapshot")).isCloseTo(kept, CLOCK);
            machines.testbed.virsh(node, "snapshot-delete", domain, name).orFail();
        }
        var last = Machines.offset(machines.get("snapshot"));
        restart("snapshot");
        assertThat(machines.qemuOffset("snapshot")).isCloseTo(last, CLOCK);
    }

    @Test
    void clockOfAGuestThatEndedWhileNobodyWatchedIsCalledUncertain() {
        // given
        var node = machines.testbed.nodes().getFirst();
        machines.create("unseen", onThat(node));
        machines.awaitReady("unseen", "Running");
        machines.testbed.verb("agent", "kill", node.name()).orFail();
        machines.testbed.verb("libvirtd", "kill", node.name()).orFail();

        // when
        var uid = machines.get("unseen").getMetadata().getUid();
        Testbed.run(List.of("pkill", "-KILL", "-f", "qemu.*-uuid " + uid)).orFail();
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();

        // then
        var vm = machines.await(
                "unseen",
                "told to be uncertain",
                m -> Machines.condition(m, "ClockKnown")
                        .map(Condition::reason)
                        .filter("EndNotSeen"::equals)
                        .isPresent());
        assertThat(Objects.requireNonNull(Machines.status(vm).clock()).certain())
                .isFalse();
        machines.awaitReady("unseen", "Running");
        machines.setClock("unseen", "2037-01-01 00:00:00");
        machines.awaitCondition("unseen", "ClockKnown", "Event");
    }

    @Test
    void guestThatSetsItsClockWithoutEndCostsOneWriteASecondAndHoldsUpNobody() {
        // given
        machines.create("restless", "");
        machines.awaitReady("restless", "Running");
        machines.type("restless", "true");
        var since = Instant.now();

        // when
        machines.type(
                "restless",
                "(for i in $(seq 1 400); do date -s @$((1000000000 + i * 100000)); hwclock -w; done;"
                        + " date -s '2038-01-01 00:00:00'; hwclock -w) >/dev/null 2>&1 &");
        machines.create("beside", "");
        machines.awaitReady("beside", "Running");

        // then
        machines.await("restless", "told of the last clock", vm -> Machines.offset(vm) > 300_000_000);
        var seconds = Duration.between(since, Instant.now()).toSeconds();
        assertThat(machines.qemuOffset("restless")).isCloseTo(Machines.offset(machines.get("restless")), CLOCK);
        // of "beside": finalizer, pod, assignment, Running, Event
        assertThat(AuditLog.since(machines.testbed, since).ours()).isLessThanOrEqualTo((int) seconds + 2 + 5 + 5);
    }

    @ParameterizedTest
    @CsvSource({"most, 2147480000", "least, -2147480000"})
    void farthestOffsetsThatQemuKeepsAreKept(String name, long offset) {
        // given
        machines.create(name, "  clock: {utc: {offsetSeconds: %d}}%n".formatted(offset));

        // when
        machines.awaitReady(name, "Running");

        // then
        assertThat(machines.qemuOffset(name)).isCloseTo(offset, CLOCK);
        restart(name);
        assertThat(machines.qemuOffset(name)).isCloseTo(offset, CLOCK);
        assertThat(Machines.offset(machines.get(name))).isCloseTo(offset, CLOCK);
    }

    @Test
    void clockBeyondWhatQemuCanTellIsCalledUncertainAndNotWrong() {
        // given
        machines.create("beyond", "");
        machines.awaitReady("beyond", "Running");

        // when
        machines.type("beyond", "date -s '2099-01-01 00:00:00' && hwclock -w");

        // then
        machines.awaitCondition("beyond", "ClockKnown", "Uncertain");
        var vm = machines.get("beyond");
        assertThat(Objects.requireNonNull(Machines.status(vm).clock()).certain())
                .isFalse();
        assertThat(Machines.offset(vm)).isGreaterThan(2_147_480_000L);
        machines.setClock("beyond", "2031-01-01 00:00:00");
        machines.awaitCondition("beyond", "ClockKnown", "Event");
    }

    @Test
    @Tag("long")
    void clockStaysOverFiftyRestartsOfLibvirtAndOfTheMachine() {
        // given
        machines.create("worn", "  stopMode: Hard\n");
        machines.awaitReady("worn", "Running");
        var node = machines.nodeOf("worn");
        var offset = machines.setClock("worn", "2031-01-01 00:00:00");
        var told = Machines.offset(machines.get("worn"));

        // when
        for (int i = 0; i < 50; i++) {
            machines.testbed.verb("libvirtd", "kill", node.name()).orFail();
            machines.testbed.verb("libvirtd", "start", node.name()).orFail();
            restart("worn");
        }

        // then
        assertThat(Machines.offset(machines.get("worn"))).isEqualTo(told);
        assertThat(machines.qemuOffset("worn")).isCloseTo(offset, CLOCK);
    }

    @Test
    void hypervisorSaysHowGoodTheClockIsThatOffsetsAreRelatedTo() {
        // given
        var node = machines.testbed.nodes().getFirst();

        // when
        var hypervisor = machines.client
                .resources(Hypervisor.class)
                .withName(node.name())
                .get();

        // then
        var clock = Objects.requireNonNull(hypervisor.getStatus().clock());
        assertThat(clock.maxErrorMillis()).isIn(10L, 100L, 1_000L, 16_000L);
        assertThat(hypervisor.getStatus().conditions())
                .filteredOn(condition -> condition.type().equals("ClockSynchronized"))
                .extracting(condition -> condition.status().name())
                .containsExactly(clock.isSynchronized() ? "True" : "False");
    }

    @Test
    @Tag("long")
    void offsetIsRightOrCalledUncertainOverALongChainOfOperations() {
        // when
        var verdict = ClockChain.run(
                machines.testbed, Long.getLong("clocks.seed", 5), Integer.getInteger("clocks.count", 200), 5);

        // then
        verdict.report();
        assertThat(verdict.wrong()).isZero();
        assertThat(verdict.uncertainPercent()).isLessThanOrEqualTo(5);
    }

    /** What an internal snapshot needs to be kept in. */
    private static String diskOf(Testbed.Node node) {
        var directory = Path.of(node.stateDirectory(), machines.namespace);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Testbed.run(List.of(
                        "qemu-img",
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        directory.resolve("disk.qcow2").toString(),
                        "64M"))
                .orFail();
        var path = "/var/lib/meridian/" + machines.namespace;
        machines.openTo(machines.namespace, path);
        return """
                  disks:
                  - {name: data, hostPath: {path: %s/disk.qcow2, format: qcow2}}
                """.formatted(path);
    }

    private static String onThat(Testbed.Node node) {
        return """
                  runStrategy: RerunOnFailure
                  nodeSelector: {kubernetes.io/hostname: %s}
                """.formatted(node.name());
    }

    /** Until libvirt, not the agent, has seen the guest end. */
    private static void powerOff(String name, Testbed.Node node) {
        machines.testbed.verb("console", node.name(), machines.domain(name), "poweroff -f");
        Awaitility.await(name + " to be off")
                .atMost(Duration.ofSeconds(60))
                .until(() -> machines.testbed
                        .virsh(node, "domstate", machines.domain(name))
                        .output()
                        .contains("shut off"));
    }

    private static void openHook(boolean install) {
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: hook}
                spec: {hook: {install: %s}}
                """.formatted(install));
    }

    private static void awaitHook(Testbed.Node node, String reason) {
        Awaitility.await("HookActive of " + node.name() + " because of " + reason)
                .atMost(Duration.ofSeconds(60))
                .until(() -> machines.testbed
                        .kubectl(
                                "get",
                                "hypervisor",
                                node.name(),
                                "-o",
                                "jsonpath={.status.conditions[?(@.type==\"HookActive\")].reason}")
                        .output()
                        .equals(reason));
    }

    private static void restart(String name) {
        machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady(name, "Stopped");
        machines.patchSpec(name, "{\"runStrategy\":\"Always\"}");
        machines.awaitReady(name, "Running");
    }
}
