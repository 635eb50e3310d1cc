package dev.meridian.libvirt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.libvirt.LaneOutcome.Failed;
import dev.meridian.libvirt.LaneOutcome.Overdue;
import dev.meridian.libvirt.LaneOutcome.Returned;
import dev.meridian.libvirt.Lanes.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final UUID ONE = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);
    private static final Duration SOON = Duration.ofMillis(20);

    private final Lanes lanes = new Lanes(new Limits(2, 2, Duration.ofMinutes(1)));
    private final BlockingQueue<LaneOutcome<String>> outcomes = new LinkedBlockingQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        lanes.close();
    }

    @Test
    void callsOfOneLaneRunOneAfterAnotherInOrder() throws InterruptedException {
        // given
        var begun = new LinkedBlockingQueue<String>();
        lanes.submit(ONE, "first", () -> note(begun, "first", release), outcomes::add);
        lanes.submit(ONE, "second", () -> note(begun, "second", release), outcomes::add);
        lanes.submit(ONE, "third", () -> note(begun, "third", release), outcomes::add);
        assertThat(begun.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
        lanes.submit(OTHER, "beside", () -> "beside", outcomes::add);
        assertThat(outcome()).isEqualTo(new Returned<>("beside"));
        assertThat(begun).isEmpty();
        // when
        release.countDown();
        // then
        assertThat(List.of(outcome(), outcome(), outcome()))
                .containsExactly(new Returned<>("first"), new Returned<>("second"), new Returned<>("third"));
    }

    @Test
    void callsOfDifferentLanesRunSideBySide() throws InterruptedException {
        // given
        var meeting = new CyclicBarrier(2);
        Callable<String> meet = () -> {
            meeting.await(10, TimeUnit.SECONDS);
            return "met";
        };
        // when
        lanes.submit(ONE, "meet", meet, outcomes::add);
        lanes.submit(OTHER, "meet", meet, outcomes::add);
        // then
        assertThat(List.of(outcome(), outcome())).containsOnly(new Returned<>("met"));
    }

    @Test
    void outcomeIsToldBeforeTheNextCallOfTheLaneStarts() throws InterruptedException {
        // given
        var order = new LinkedBlockingQueue<String>();
        // when
        for (int i = 0; i < 100; i++) {
            int number = i;
            lanes.submit(ONE, "count", () -> order.add("call " + number), _ -> order.add("told " + number));
        }
        lanes.submit(ONE, "end", () -> "end", outcomes::add);
        // then
        outcome();
        var expected = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            expected.add("call " + i);
            expected.add("told " + i);
        }
        assertThat(order).containsExactlyElementsOf(expected);
    }

    @Test
    void failureIsToldAndTheLaneGoesOn() throws InterruptedException {
        // given
        var failure = new IllegalStateException("on purpose");
        // when
        lanes.submit(
                ONE,
                "fail",
                () -> {
                    throw failure;
                },
                outcomes::add);
        lanes.submit(ONE, "go on", () -> "went on", outcomes::add);
        // then
        assertThat(outcome()).isEqualTo(new Failed<>(failure));
        assertThat(outcome()).isEqualTo(new Returned<>("went on"));
    }

    @Test
    void consumerThatThrowsDoesNotStopTheLane() throws InterruptedException {
        // when
        lanes.submit(ONE, "refuse", () -> "refused", _ -> {
            throw new IllegalStateException("refused on purpose");
        });
        lanes.submit(ONE, "go on", () -> "went on", outcomes::add);
        // then
        assertThat(outcome()).isEqualTo(new Returned<>("went on"));
    }

    @Test
    void callPastItsDeadlineIsReportedAndItsLaneGoesOn() throws InterruptedException {
        // given
        var stuck = new StuckLane(ONE, "hang", SOON, true);
        // when
        lanes.submit(ONE, "hang", SOON, this::hang, outcomes::add);
        lanes.submit(ONE, "go on", () -> "went on", outcomes::add);
        // then
        assertThat(outcome()).isEqualTo(new Overdue<>(stuck));
        assertThat(outcome()).isEqualTo(new Returned<>("went on"));
        assertThat(lanes.stuck()).containsExactly(stuck);
        assertThat(lanes.isHung()).isFalse();
    }

    @Test
    void writtenOffThreadsAreReplacedAndThenTheNodeIsHung() throws InterruptedException {
        // given
        for (int i = 0; i < 2; i++) {
            lanes.submit(new UUID(1, i), "hang", SOON, this::hang, outcomes::add);
            outcome();
        }
        // when
        var meeting = new CyclicBarrier(2);
        lanes.submit(ONE, "meet", () -> meeting.await(10, TimeUnit.SECONDS), _ -> {});
        lanes.submit(OTHER, "meet", () -> "met as " + meeting.await(10, TimeUnit.SECONDS), outcomes::add);
        // then
        assertThat(outcome()).isInstanceOf(Returned.class);
        assertThat(lanes.isHung()).isTrue();
        assertThat(lanes.stuck()).hasSize(2);
    }

    @Test
    void ofTheAgentsLimitsTheEighthCallThatDoesNotComeBackSaysThatTheNodeIsHung() throws InterruptedException {
        try (var agents = new Lanes(Limits.DEFAULT)) {
            // given
            for (int i = 0; i < 7; i++) {
                agents.submit(new UUID(1, i), "hang", SOON, this::hang, outcomes::add);
                outcome();
            }
            assertThat(agents.isHung()).isFalse();
            // when
            agents.submit(new UUID(1, 7), "hang", SOON, this::hang, outcomes::add);
            outcome();
            // then
            assertThat(agents.isHung()).isTrue();
            assertThat(agents.stuck()).hasSize(8).allMatch(StuckLane::replaced);
        }
    }

    @Test
    void whenNothingIsLeftToReplaceWithTheLaneWaitsForItsStuckCall() throws InterruptedException {
        // given
        for (int i = 0; i < 3; i++) {
            lanes.submit(new UUID(1, i), "hang", SOON, this::hang, outcomes::add);
            outcome();
        }
        assertThat(lanes.stuck()).extracting(StuckLane::replaced).containsExactly(true, true, false);
        lanes.submit(new UUID(1, 2), "behind", () -> "behind", outcomes::add);
        lanes.submit(ONE, "elsewhere", () -> "elsewhere", outcomes::add);
        assertThat(outcome()).isEqualTo(new Returned<>("elsewhere"));
        // when
        release.countDown();
        // then
        assertThat(outcome()).isEqualTo(new Returned<>("behind"));
    }

    @Test
    void callThatComesBackLateIsNotToldTwiceAndGivesItsThreadBack() throws InterruptedException {
        // given
        for (int i = 0; i < 2; i++) {
            lanes.submit(new UUID(1, i), "hang", SOON, this::hang, outcomes::add);
            outcome();
        }
        // when
        release.countDown();
        // then
        var quiet = new CountDownLatch(1);
        Callable<String> askAgain = () -> {
            while (!lanes.stuck().isEmpty()) {
                Thread.onSpinWait();
            }
            quiet.countDown();
            return "quiet";
        };
        lanes.submit(ONE, "wait", askAgain, outcomes::add);
        assertThat(quiet.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(outcome()).isEqualTo(new Returned<>("quiet"));
        assertThat(outcomes).isEmpty();
        assertThat(lanes.isHung()).isFalse();
    }

    @Test
    void callThatComesBackLateIsToldOfOnceItsLaneIsStuckNoMore() throws InterruptedException {
        // given
        var back = new LinkedBlockingQueue<Boolean>();
        var told = new LinkedBlockingQueue<StuckLane>();
        var self = new AtomicReference<Lanes>();
        try (var telling = new Lanes(new Limits(2, 2, Duration.ofMinutes(1)), call -> {
            back.add(requireNonNull(self.get()).isStuck(call.lane()));
            told.add(call);
        })) {
            self.set(telling);
            telling.submit(ONE, "hang", SOON, this::hang, outcomes::add);
            outcome();
            assertThat(telling.isStuck(ONE)).isTrue();
            assertThat(telling.isStuck(OTHER)).isFalse();
            // when
            release.countDown();
            // then
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(new StuckLane(ONE, "hang", SOON, true));
            assertThat(back).containsExactly(false);
        }
    }

    @Test
    void closedLanesRefuse() {
        // when
        lanes.close();
        // then
        assertThatThrownBy(() -> lanes.submit(ONE, "late", () -> "late", outcomes::add))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void callsRunOnPlatformThreads() throws InterruptedException {
        // when
        lanes.submit(ONE, "thread", () -> Thread.currentThread().isVirtual() ? "virtual" : "platform", outcomes::add);
        // then
        assertThat(outcome()).isEqualTo(new Returned<>("platform"));
    }

    private String hang() throws InterruptedException {
        release.await();
        return "late";
    }

    private LaneOutcome<String> outcome() throws InterruptedException {
        var outcome = outcomes.poll(10, TimeUnit.SECONDS);
        if (outcome == null) {
            throw new AssertionError("no outcome within 10 s");
        }
        return outcome;
    }

    private static String note(BlockingQueue<String> begun, String name, CountDownLatch gate)
            throws InterruptedException {
        begun.add(name);
        gate.await();
        return name;
    }
}
