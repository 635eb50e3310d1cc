package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.status.Conditions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine's whole life, with the controller crashing, forgetting and seeing old things at any point of it. */
class PlacementWorldTest {
    private static final String HALT = "spec: {runStrategy: Halted}";
    private static final String START = "spec: {runStrategy: Always}";

    private static final String NO_NAME = "spec: {nodeName: null}";

    private static final String START_VERB = "startRequestedAt";
    private static final String STOP_VERB = "stopRequestedAt";

    private static final int CRASHES = 40;

    /** A machine is placed, halted, started on the other node, loses its pod and is deleted. */
    private static void live(World world, Runnable afterEachStep) {
        world.informersDeliver();
        settle(world, 0, afterEachStep);
        assertRunsWhereItsOnlyPodIs(world);
        world.user(HALT);
        settle(world, 0, afterEachStep);
        assertRests(world);
        world.user(START);
        settle(world, 1, afterEachStep);
        assertRunsWhereItsOnlyPodIs(world);
        assertThat(world.nodesThatRunIt()).containsExactly("worker-1");
        world.userDeletesAPod(0);
        settle(world, 0, afterEachStep);
        assertRunsWhereItsOnlyPodIs(world);
        assertThat(world.nodesThatRunIt()).containsExactly("worker-1");
        world.userDeletes();
        settle(world, 0, afterEachStep);
        assertIsGone(world);
    }

    private static void settle(World world, int choice, Runnable afterEachStep) {
        for (var round = 0; round < 12; round++) {
            world.informersDeliver();
            world.hypervisorsDeliver();
            for (var steps = 0; steps < 20; steps++) {
                if (!(world.controllerMoves() instanceof PlacementStep.Act)) {
                    break;
                }
                afterEachStep.run();
            }
            world.schedulerBinds(choice);
            world.kubeletsRun();
            World.NODES.forEach(node -> {
                world.agentActs(node);
                world.agentReports(node);
            });
        }
    }

    @Test
    void machineIsPlacedHaltedMovedAndDeleted() {
        // given
        var world = new World();
        // when, then
        live(world, () -> {});
    }

    @Test
    void lifeIsTheSameWhereverTheControllerCrashes() {
        for (var at = 0; at < CRASHES; at++) {
            // given
            var world = new World();
            var left = new int[] {at};
            // when, then
            live(world, () -> {
                if (left[0]-- == 0) {
                    world.controllerForgets();
                }
            });
        }
    }

    @Test
    void lifeIsTheSameIfTheControllerForgetsAfterEachStep() {
        // given
        var world = new World();
        // when, then
        live(world, () -> {
            world.informersDeliver();
            world.controllerForgets();
        });
    }

    /** Each seed is another order of events; the end depends on the machine's last wish alone. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void anyOrderOfEventsEndsAsWished(int decade) {
        for (var seed = decade * 200; seed < (decade + 1) * 200; seed++) {
            // given
            var world = new World();
            // when
            anything(world, new Random(seed), 400);
            world.user(seed % 2 == 0 ? NO_NAME : "spec: {nodeName: worker-1}");
            world.settle();
            // then
            assertEndsAsWished(world);
        }
    }

    private static void anything(World world, Random random, int moves) {
        for (var move = 0; move < moves; move++) {
            var node = World.NODES.get(random.nextInt(World.NODES.size()));
            switch (random.nextInt(84)) {
                case 80, 81 -> world.user("spec: {nodeName: " + node + "}");
                case 82 -> world.user("spec: {nodeName: worker-9}");
                case 83 -> world.user(NO_NAME);
                case 72, 73 -> world.nodeDies(node);
                case 74, 75, 76 -> world.somebodyFences(node);
                case 77, 78 -> world.nodeIsBack(node);
                case 79 -> world.fenceIsLifted(node);
                case 64 -> world.user("spec: {runStrategy: " + any(random, RunStrategy.values()) + "}");
                case 65, 66 ->
                    world.user("spec: {power: {%s: \"2026-03-01T12:%02d:00Z\"}}"
                            .formatted(any(random, START_VERB, STOP_VERB), random.nextInt(60)));
                case 67 -> world.somebodyEvictsAPod(random.nextInt(4));
                case 68 -> world.somebodyForcesAPodAway(random.nextInt(4));
                case 69 -> {
                    if (random.nextInt(4) == 0) {
                        world.statusIsLost();
                    }
                }
                case 70, 71 -> world.hypervisorsDeliver();
                case 0 -> world.user(HALT);
                case 1, 2 -> world.user(START);
                case 3 -> world.user("spec: {memory: {guest: 512Mi}}");
                case 4 -> world.user("spec: {memory: {guest: 128Mi}}");
                case 5, 50 -> world.userDeletesAPod(random.nextInt(4));
                case 6 -> world.guestEnds(StopReason.Crashed);
                case 51 -> world.guestEnds(StopReason.GuestPowerOff);
                case 7 -> world.kubeletRejects();
                case 8, 49 -> world.controllerForgets();
                case 9 -> world.agentIsSilent(node);
                case 10, 11 -> world.agentIsBack(node);
                case 12 -> world.quota(true);
                case 13, 14 -> world.quota(false);
                case 15 -> world.schedulerFindsNoRoom();
                case 16 -> {
                    if (random.nextInt(16) == 0) {
                        world.userDeletes();
                    }
                }
                case 17, 18 -> world.timePasses(Duration.ofSeconds(random.nextInt(10)));
                case 19, 20, 21, 22, 23, 24 -> world.schedulerBinds(random.nextInt(2));
                case 25, 26, 27 -> world.kubeletsRun();
                case 28, 29, 30, 31, 32, 33, 34, 35 -> world.agentActs(node);
                case 36, 37, 38, 39, 40, 41, 42, 43 -> world.agentReports(node);
                case 44, 45, 46, 47, 48 -> world.informersDeliver();
                default -> world.controllerMoves();
            }
        }
    }

    @SafeVarargs
    private static <T> T any(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static void assertEndsAsWished(World world) {
        var vm = world.machine();
        assertThat(vm.filter(v -> v.isMarkedForDeletion())).as(world::story).isEmpty();
        if (vm.isEmpty()) {
            assertIsGone(world);
            return;
        }
        switch (Objects.requireNonNull(vm.get().getSpec().runStrategy())) {
            case Halted -> assertRests(world);
            case Always -> assertRunsWhereItsOnlyPodIs(world);
            case RerunOnFailure, Once, Manual -> {
                if (world.wantsUp()) {
                    assertRunsWhereItsOnlyPodIs(world);
                } else {
                    assertRests(world);
                }
            }
        }
    }

    private static void assertRunsWhereItsOnlyPodIs(World world) {
        var status = world.machine().orElseThrow().getStatus();
        assertThat(world.livePods()).as(world::story).hasSize(1).allSatisfy(pod -> {
            assertThat(pod.getSpec().getNodeName()).isEqualTo(status.nodeName());
            assertThat(Optional.ofNullable(status.reservation()).map(Reservation::podUID))
                    .contains(pod.getMetadata().getUid());
        });
        assertThat(world.nodesThatRunIt()).as(world::story).containsExactly(status.nodeName());
        assertThat(Conditions.isTrue(status.conditions(), "Scheduled"))
                .as(world::story)
                .isTrue();
        assertThat(Conditions.isTrue(status.conditions(), "Ready"))
                .as(world::story)
                .isTrue();
    }

    private static void assertRests(World world) {
        var status = world.machine().orElseThrow().getStatus();
        assertThat(world.livePods()).as(world::story).isEmpty();
        assertThat(world.nodesThatRunIt()).as(world::story).isEmpty();
        assertThat(Conditions.find(status.conditions(), "Scheduled"))
                .as(world::story)
                .hasValueSatisfying(c -> assertThat(c.reason()).isEqualTo("NotNeeded"));
    }

    private static void assertIsGone(World world) {
        assertThat(world.machine()).as(world::story).isEmpty();
        assertThat(world.nodesThatRunIt()).as(world::story).isEmpty();
    }
}
