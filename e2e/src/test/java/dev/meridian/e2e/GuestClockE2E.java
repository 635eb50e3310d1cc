package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock of a guest's operating system, by a real guest agent: known, set where it is to be set, else left alone. */
@Shared
class GuestClockE2E {
    private static final Offset<Long> RTC = Offset.offset(3L);

    private static Machines machines;
    private static GuestClocks clocks;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "guestclock");
        clocks = new GuestClocks(machines);
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void clockOfAGuestIsToldWithAnErrorThatIsTrue() {
        // given
        clocks.create("told", "");

        // when
        var told = clocks.awaitClock("told", clock -> true);

        // then
        var seen = consoleOffset("told");
        assertThat(told.offsetMillis() - told.errorMillis()).isLessThanOrEqualTo(seen.most());
        assertThat(told.offsetMillis() + told.errorMillis()).isGreaterThanOrEqualTo(seen.least());
        assertThat(told.errorMillis()).isLessThan(1_000);
        assertThat(condition("told", "AgentConnected").status()).isEqualTo(ConditionStatus.True);
        var agent = Management.of(machines.nodeOf("told"));
        var labels = "{name=\"told\",namespace=\"%s\"}".formatted(machines.namespace);
        assertThat(agent.scrape("meridian_vm_clock_guest_offset_seconds" + labels)
                        .getAsDouble())
                .isCloseTo(told.offsetMillis() / 1000.0, Offset.offset(0.1 + told.errorMillis() / 1000.0));
        assertThat(agent.scrape("meridian_vm_clock_wanted_offset_seconds" + labels))
                .hasValue(0);
    }

    @Test
    void pausedGuestIsLeftBehindWhereNobodyWishedOtherwise() {
        // given
        clocks.create("never", "");
        clocks.awaitClock("never", clock -> true);

        // when
        pause("never", 5_000);

        // then
        var left = clocks.awaitClock("never", clock -> clock.offsetMillis() < -4_000);
        assertThat(left.setAt()).isNull();
        assertThat(machines.awaitCondition("never", "GuestClockSynced", "Off").message())
                .contains("off by");
        assertThat(machines.qemuOffset("never")).isCloseTo(0L, RTC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnResume", "Threshold"})
    void pausedGuestIsSetWhenItGoesOnAndItsRealTimeClockStaysWhatItWas(String policy) {
        // given
        var name = policy.toLowerCase(Locale.ROOT);
        clocks.create(name, "  clock: {utc: {offsetSeconds: 7200}, guestSync: {policy: %s}}%n".formatted(policy));
        clocks.awaitClock(name, clock -> true);

        // when
        pause(name, 5_000);

        // then
        var set = clocks.awaitClock(name, clock -> GuestClocks.setBy(clock) > 4_000);
        assertThat(set.offsetMillis()).isCloseTo(7_200_000L, Offset.offset(50L + set.errorMillis()));
        var vm = machines.await(name, "told of the event as ours", m -> source(m) == ClockSource.GuestSync);
        assertThat(Machines.offset(vm)).isEqualTo(7200);
        assertThat(machines.qemuOffset(name)).isCloseTo(7200L, RTC);
        machines.awaitEvent(name, "GuestClockSet");
    }

    @Test
    void guestThatSetsItsOwnClockIsPutBackByTheThresholdAlone() {
        // given
        clocks.create("moved", "  clock: {guestSync: {policy: OnResume}}\n");
        clocks.awaitClock("moved", clock -> true);
        machines.type("moved", "date -s @$(($(date +%s) + 100))");

        // when
        machines.patchSpec("moved", "{\"clock\":{\"guestSync\":{\"policy\":\"Never\"}}}");
        var alone = clocks.awaitClock("moved", clock -> clock.offsetMillis() > 90_000);
        machines.patchSpec("moved", "{\"clock\":{\"guestSync\":{\"policy\":\"Threshold\"}}}");

        // then
        assertThat(alone.setAt()).isNull();
        var set = clocks.awaitClock("moved", clock -> GuestClocks.setBy(clock) < -90_000);
        assertThat(set.offsetMillis()).isCloseTo(0L, Offset.offset(50L + set.errorMillis()));
    }

    @Test
    void hibernatedGuestIsSetWhenItGoesOn() {
        // given
        clocks.create("saved", "  runStrategy: Manual\n  clock: {guestSync: {policy: OnResume}}\n");
        machines.awaitReady("saved", "Stopped");
        machines.patchSpec("saved", "{\"power\":{\"startRequestedAt\":\"%s\"}}".formatted(Instant.now()));
        clocks.awaitClock("saved", clock -> true);
        machines.patchSpec("saved", "{\"power\":{\"hibernateRequestedAt\":\"%s\"}}".formatted(Instant.now()));
        machines.awaitReady("saved", "Hibernated");
        FaultedCluster.lasts(3_000);

        // when
        machines.patchSpec("saved", "{\"power\":{\"startRequestedAt\":\"%s\"}}".formatted(Instant.now()));

        // then
        var set = clocks.awaitClock("saved", clock -> GuestClocks.setBy(clock) > 2_000);
        assertThat(set.offsetMillis()).isCloseTo(0L, Offset.offset(50L + set.errorMillis()));
    }

    @Test
    void agentThatCannotSetTheClockIsToldOnce() {
        // given
        clocks.create("cannot", "  clock: {guestSync: {policy: Threshold}}\n");
        clocks.awaitClock("cannot", clock -> true);

        // when
        machines.type("cannot", "rm /sbin/hwclock; date -s @$(($(date +%s) + 100))");
        machines.patchSpec("cannot", "{\"clock\":{\"guestSync\":{\"thresholdMillis\":700}}}");

        // then
        var failed = machines.awaitCondition("cannot", "GuestClockSynced", "SetFailed");
        assertThat(failed.message()).contains("guest-set-time");
        assertThat(condition("cannot", "Ready").status()).isEqualTo(ConditionStatus.True);
        assertThat(condition("cannot", "Reconciling").status()).isEqualTo(ConditionStatus.False);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "killall -STOP qemu-ga", // never
                "sed -i 's/respawn/off/' /etc/inittab; kill -HUP 1; killall -9 qemu-ga; (yes '{\"return\":1}' > $PORT) &",
                "sed -i 's/respawn/off/' /etc/inittab; kill -HUP 1; killall -9 qemu-ga;"
                        + " (while read line; do echo '{\"return\": 18446744073709551615}'; done < $PORT > $PORT) &"
            })
    void agentThatMisbehavesHoldsUpNobodyAndMovesNothing(String misbehaviour) {
        // given
        var name = "hostile-" + Integer.toString(misbehaviour.hashCode() & 0xffff, 36);
        clocks.create(name, "  clock: {guestSync: {policy: Threshold}}\n");
        clocks.create("beside-" + name, "");
        clocks.awaitClock(name, clock -> true);
        var port = "PORT=/dev/$(basename $(dirname $(grep -l org.qemu.guest_agent.0 /sys/class/virtio-ports/*/name)));";

        // when
        machines.type(name, "(" + port + misbehaviour + ") >/dev/null 2>&1");
        machines.patchSpec(name, "{\"clock\":{\"guestSync\":{\"thresholdMillis\":700}}}");

        // then
        clocks.awaitClock("beside-" + name, clock -> true);
        machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}");
        var stopped = machines.awaitReady(name, "Stopped");
        assertThat(Machines.offset(stopped)).isCloseTo(0L, RTC);
    }

    private static void pause(String name, int millis) {
        machines.patchSpec(name, "{\"paused\":true}");
        machines.awaitReady(name, "Paused");
        FaultedCluster.lasts(millis);
        machines.patchSpec(name, "{\"paused\":false}");
        machines.awaitReady(name, "Running");
    }

    private static ClockSource source(VirtualMachine vm) {
        return Objects.requireNonNull(Machines.status(vm).clock()).source();
    }

    private static Condition condition(String name, String type) {
        return Machines.condition(machines.get(name), type).orElseThrow();
    }

    /** Milliseconds between which the guest's clock is beside ours. */
    private record Between(long least, long most) {}

    /** As its console says, in whole seconds: the answer is of a moment between question and answer. */
    private static Between consoleOffset(String name) {
        var asked = Instant.now();
        var said = machines.type(name, "date +%s").strip();
        var answered = Instant.now();
        var guest = Instant.ofEpochSecond(Long.parseLong(said));
        return new Between(
                Duration.between(answered, guest).toMillis(),
                Duration.between(asked, guest).plusSeconds(1).toMillis());
    }
}
