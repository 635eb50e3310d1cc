package dev.meridian.domain.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.fence.GuardLease.Holder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * All that can come of a guarded machine, step by step: requests that come late or never, answers that are lost, processes
 * that stop for any time or end, guests that crash. The guard of node A has one machine; the controller may give it to B.
 */
class GuardWorldTest {
    private static final UUID MACHINE = UUID.fromString("00000000-0000-0000-0000-00000000000a");

    /** Of the Lease, in steps of the clock; the controller waits for its margin longer. */
    private static final int LASTS = 20;

    private static final int STEP = 10;

    /** After so long nothing changes any more. */
    private static final int LONG = 40;

    private static final int LIVES = 3;

    /** The guest's process on A. */
    private enum Guest {
        None,
        Paused,
        Running
    }

    /** How far A's agent is with a guest that is not held. */
    private enum Start {
        None,
        Lives,
        Asked
    }

    /** A renewal on its way. By the version that the Lease has, or by an older one, which is refused. */
    private record Renewal(String life, boolean names, boolean isCurrent, int age) {
        Renewal outdated() {
            return new Renewal(life, names, false, age);
        }

        Renewal older() {
            return new Renewal(life, names, isCurrent, Math.min(LONG, age + STEP));
        }
    }

    /** A's guard, while it runs. */
    private record Guard(
            String life,
            boolean isCurrent,
            int endsIn,
            @Nullable Renewal sent,
            boolean leaves) {
        Guard sent(Renewal renewal) {
            return new Guard(life, isCurrent, endsIn, renewal, leaves);
        }

        Guard answered(int nowEndsIn) {
            return new Guard(life, true, nowEndsIn, null, leaves);
        }

        Guard leaving() {
            return new Guard(life, isCurrent, endsIn, sent, true);
        }

        Guard outdated() {
            return new Guard(life, false, endsIn, sent == null ? null : sent.outdated(), leaves);
        }

        Guard older() {
            return new Guard(life, isCurrent, endsIn - STEP, sent == null ? null : sent.older(), leaves);
        }
    }

    /** A's agent as it starts a guest: the life of the guard that it asked for, and what it then read of the machine. */
    private record Starting(Start at, String life) {
        static final Starting NONE = new Starting(Start.None, "");
    }

    /**
     * What there is.
     *
     * @param names the Lease names the machine
     * @param isHeld the guest ends with the guard
     * @param stray what a guard that is dead has sent
     * @param isSeen the controller knows the Lease as it is
     * @param seenFor for how long it has
     * @param believes it has the Lease, for all that it knows
     */
    private record World(
            Holder holder,
            boolean names,
            boolean isGivenUp,
            Guest guest,
            boolean isHeld,
            boolean runsOnB,
            @Nullable Guard guard,
            int lives,
            @Nullable Renewal stray,
            Starting agent,
            boolean isSeen,
            int seenFor,
            boolean believes) {
        /** Whoever goes by the version before is late. */
        World lease(Holder now, boolean nowNames) {
            return new World(
                    now,
                    nowNames,
                    isGivenUp,
                    guest,
                    isHeld,
                    runsOnB,
                    guard == null ? null : guard.outdated(),
                    lives,
                    stray == null ? null : stray.outdated(),
                    agent,
                    false,
                    seenFor,
                    believes);
        }

        World guest(Guest now, boolean held) {
            return new World(
                    holder, names, isGivenUp, now, held, runsOnB, guard, lives, stray, agent, isSeen, seenFor,
                    believes);
        }

        World guard(@Nullable Guard now) {
            return new World(
                    holder, names, isGivenUp, guest, isHeld, runsOnB, now, lives, stray, agent, isSeen, seenFor,
                    believes);
        }

        World begun(Guard now) {
            return new World(
                    holder, names, isGivenUp, guest, isHeld, runsOnB, now, lives + 1, stray, agent, isSeen, seenFor,
                    believes);
        }

        World stray(@Nullable Renewal now) {
            return new World(
                    holder, names, isGivenUp, guest, isHeld, runsOnB, guard, lives, now, agent, isSeen, seenFor,
                    believes);
        }

        World agent(Starting now) {
            return new World(
                    holder, names, isGivenUp, guest, isHeld, runsOnB, guard, lives, stray, now, isSeen, seenFor,
                    believes);
        }

        World seen() {
            return new World(
                    holder,
                    names,
                    isGivenUp,
                    guest,
                    isHeld,
                    runsOnB,
                    guard,
                    lives,
                    stray,
                    agent,
                    true,
                    0,
                    holder instanceof Holder.Controller);
        }

        World givenUp() {
            return new World(
                    holder, names, true, guest, isHeld, runsOnB, guard, lives, stray, agent, isSeen, seenFor, believes);
        }

        World startedOnB() {
            return new World(
                    holder, names, isGivenUp, guest, isHeld, true, guard, lives, stray, agent, isSeen, seenFor,
                    believes);
        }

        World later() {
            return new World(
                    holder,
                    names,
                    isGivenUp,
                    guest,
                    isHeld,
                    runsOnB,
                    guard == null ? null : guard.older(),
                    lives,
                    stray == null ? null : stray.older(),
                    agent,
                    isSeen,
                    Math.min(LONG, seenFor + STEP),
                    believes);
        }

        /** The kernel ends what the guard holds with it. */
        World withoutGuard() {
            var after = leftByGuard();
            return isHeld ? after.guest(Guest.None, false) : after;
        }

        /** What it has sent may still arrive. */
        World leftByGuard() {
            var after = guard(null);
            return guard != null && guard.sent() != null ? after.stray(guard.sent()) : after;
        }

        boolean isDoubled() {
            return guest == Guest.Running && runsOnB;
        }

        Optional<Guard> running() {
            return Optional.ofNullable(guard);
        }
    }

    /** The rules as they are, and such as break one. */
    private record Rules(
            boolean agentNamesTheLife, boolean guardWaitsForController, boolean leaseIsCompared, int early) {
        static final Rules RIGHT = new Rules(true, true, true, 0);
    }

    @Test
    void guestNeverRunsTwice() {
        var seen = explore(Rules.RIGHT);

        assertThat(seen.doubled()).as("how it came to two").isEmpty();
        assertThat(seen.startedOnB()).as("it does start elsewhere").isTrue();
        assertThat(seen.runsAgainOnA())
                .as("and on A with another life of the guard")
                .isTrue();
        assertThat(seen.worlds()).isGreaterThan(10_000);
    }

    @Test
    void agentThatWouldNotNameTheLifeWouldRunItTwice() {
        assertThat(explore(new Rules(false, true, true, 0)).doubled()).isNotEmpty();
    }

    @Test
    void guardThatWouldTakeTheLeaseFromTheControllerWouldRunItTwice() {
        assertThat(explore(new Rules(true, false, true, 0)).doubled()).isNotEmpty();
    }

    @Test
    void controllerThatWouldNotCompareTheLeaseWouldRunItTwice() {
        assertThat(explore(new Rules(true, true, false, 0)).doubled()).isNotEmpty();
    }

    @Test
    void controllerThatWouldNotWaitForItsMarginWouldRunItTwice() {
        assertThat(explore(new Rules(true, true, true, LASTS)).doubled()).isNotEmpty();
    }

    private record Seen(List<String> doubled, boolean startedOnB, boolean runsAgainOnA, int worlds) {}

    private record From(@Nullable World before, String by) {}

    private static Seen explore(Rules rules) {
        var first = new World(
                new Holder.Guard("life-1"),
                true,
                false,
                Guest.Running,
                true,
                false,
                new Guard("life-1", true, LASTS, null, false),
                1,
                null,
                Starting.NONE,
                true,
                0,
                false);
        var known = new HashMap<World, From>();
        var open = new ArrayDeque<World>();
        known.put(first, new From(null, "first"));
        open.add(first);
        var startedOnB = false;
        var runsAgain = false;
        while (!open.isEmpty()) {
            var world = open.remove();
            if (world.isDoubled()) {
                return new Seen(history(known, world), true, runsAgain, known.size());
            }
            startedOnB |= world.runsOnB();
            runsAgain |= world.guest() == Guest.Running && world.isHeld() && world.lives() > 1;
            next(world, rules).forEach((by, after) -> {
                if (known.putIfAbsent(after, new From(world, by)) == null) {
                    open.add(after);
                }
            });
        }
        return new Seen(List.of(), startedOnB, runsAgain, known.size());
    }

    private static List<String> history(Map<World, From> known, World end) {
        var steps = new ArrayList<String>();
        for (@Nullable World world = end; world != null; ) {
            var from = Objects.requireNonNull(known.get(world));
            steps.addFirst(from.by() + " -> " + world);
            world = from.before();
        }
        return steps;
    }

    private static Map<String, World> next(World world, Rules rules) {
        var all = new HashMap<String, World>();
        time(world, all::put);
        guest(world, all::put);
        guard(world, rules, all::put);
        agent(world, rules, all::put);
        controller(world, rules, all::put);
        return all;
    }

    private interface Found {
        void add(String by, World after);
    }

    private static void time(World world, Found found) {
        var later = world.later();
        found.add(
                "time",
                later.running().filter(guard -> guard.endsIn() <= 0).isPresent() ? later.withoutGuard() : later);
    }

    private static void guest(World world, Found found) {
        if (world.guest() != Guest.None) {
            found.add("guest ends", world.guest(Guest.None, false));
        }
    }

    private static void guard(World world, Rules rules, Found found) {
        stray(world, found);
        if (world.guard() == null) {
            guardBegins(world, rules, found);
            return;
        }
        var guard = world.guard();
        found.add("guard dies", world.withoutGuard());
        if (!guard.leaves()) {
            found.add("guard is asked to end", world.guard(guard.leaving()));
        }
        var sent = guard.sent();
        if (sent == null) {
            var renewal = new Renewal(guard.life(), world.isHeld() && !guard.leaves(), guard.isCurrent(), 0);
            found.add("renewal is sent", world.guard(guard.sent(renewal)));
        } else if (sent.isCurrent()) {
            var arrived = world.lease(new Holder.Guard(sent.life()), sent.names());
            found.add("renewal's answer is lost", arrived);
            var answered = arrived.guard(guard.answered(LASTS - sent.age()));
            if (guard.leaves() && !sent.names()) {
                found.add(
                        "renewal is answered, guests are let go",
                        answered.leftByGuard().guest(world.guest(), false));
            } else {
                found.add("renewal is answered", sent.age() >= LASTS ? answered.withoutGuard() : answered);
            }
        } else if (world.holder().equals(new Holder.Guard(guard.life()))) {
            // Its own, whose answer it did not get: that gives it no more time.
            found.add("guard reads its Lease", world.guard(guard.answered(guard.endsIn())));
        } else {
            found.add("guard finds its Lease taken", world.withoutGuard());
        }
    }

    private static void guardBegins(World world, Rules rules, Found found) {
        var isFree = !(world.holder() instanceof Holder.Controller) || !rules.guardWaitsForController();
        if (isFree && world.lives() < LIVES) {
            var life = "life-" + (world.lives() + 1);
            found.add(
                    "guard begins",
                    world.lease(new Holder.Guard(life), false).begun(new Guard(life, true, LASTS, null, false)));
        }
    }

    /** What a guard that is dead has sent. */
    private static void stray(World world, Found found) {
        var stray = world.stray();
        if (stray != null) {
            found.add("late renewal is lost", world.stray(null));
            if (stray.isCurrent()) {
                found.add(
                        "late renewal arrives",
                        world.lease(new Holder.Guard(stray.life()), stray.names())
                                .stray(null));
            }
        }
    }

    /**
     * It starts a guest that stands still, asks the guard who it is, reads the machine, has the guest held, lets it go on.
     * A guest that a guard has let go is held anew as it runs.
     */
    private static void agent(World world, Rules rules, Found found) {
        if (world.guest() == Guest.None) {
            found.add("agent makes a guest", world.guest(Guest.Paused, false).agent(Starting.NONE));
            return;
        }
        if (world.isHeld()) {
            if (world.guest() == Guest.Paused) {
                found.add(
                        "agent lets it go on", world.guest(Guest.Running, true).agent(Starting.NONE));
            }
            return;
        }
        found.add("agent begins anew", world.agent(Starting.NONE));
        var agent = world.agent();
        switch (agent.at()) {
            case None ->
                world.running()
                        .ifPresent(guard -> found.add(
                                "agent asks for the life", world.agent(new Starting(Start.Lives, guard.life()))));
            case Lives -> {
                if (!world.isGivenUp()) {
                    found.add("agent reads its machine", world.agent(new Starting(Start.Asked, agent.life())));
                }
            }
            case Asked ->
                world.running()
                        .filter(guard -> !guard.leaves())
                        .filter(guard -> guard.life().equals(agent.life()) || !rules.agentNamesTheLife())
                        .ifPresent(_ -> found.add(
                                "guard holds the guest",
                                world.guest(world.guest(), true).agent(Starting.NONE)));
        }
    }

    private static void controller(World world, Rules rules, Found found) {
        if (!world.isSeen()) {
            found.add("controller sees the Lease", world.seen());
        }
        var lease = new GuardLease(
                world.holder(),
                world.names() ? Set.of(MACHINE) : Set.of(),
                Duration.ofSeconds(LASTS - (long) rules.early()));
        var view = new GuardPlanner.View(
                lease, Duration.ofSeconds(world.seenFor()), false, world.isGivenUp() || !world.names());
        switch (GuardPlanner.next(view)) {
            case Rest -> {}
            case Take -> {
                if (world.isSeen() || !rules.leaseIsCompared()) {
                    found.add(
                            "controller takes the Lease",
                            world.lease(new Holder.Controller(), true).seen());
                }
            }
            case Release -> {
                if (world.isSeen()) {
                    found.add(
                            "controller gives the Lease back",
                            world.lease(new Holder.Nobody(), false).seen());
                }
            }
        }
        if (world.believes() && !world.isGivenUp()) {
            found.add("controller gives the machine up", world.givenUp());
        }
        if (world.isGivenUp() && !world.runsOnB()) {
            found.add("machine starts on B", world.startedOnB());
        }
    }
}
