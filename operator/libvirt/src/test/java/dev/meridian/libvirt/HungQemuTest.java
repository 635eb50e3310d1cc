package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.libvirt.DomainState.State;
import dev.meridian.libvirt.LaneOutcome.Overdue;
import dev.meridian.libvirt.LaneOutcome.Returned;
import dev.meridian.libvirt.Lanes.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Five machines whose QEMU is stopped by SIGSTOP beside one that goes on, on a daemon of our own. */
class HungQemuTest {

    private static final int HUNG = 5;

    /** Too few for all the calls that hang. */
    private static final int KEPT = 2;

    private static final int CALLS_EACH = 3;
    private static final int CALLS_OF_ANOTHER = 30;
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** On a machine that has a lot else to do. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private final PrivateLibvirtd daemon = PrivateLibvirtd.start();
    private final CommandConnections connections =
            new CommandConnections(() -> Connection.open(daemon.uri("qemu", "/system")), KEPT);
    private final Connection reads = Connection.open(daemon.uri("qemu", "/system"));
    private final BlockingQueue<StuckLane> returned = new LinkedBlockingQueue<>();
    private final Lanes lanes = new Lanes(new Limits(16, 16, DEADLINE), returned::add);
    private final BlockingQueue<LaneOutcome<Boolean>> outcomes = new LinkedBlockingQueue<>();
    private final List<ProcessHandle> stopped = new ArrayList<>();

    @BeforeEach
    void start() {
        for (int i = 0; i <= HUNG; i++) {
            try (var domain = reads.defineXML(xml(i))) {
                domain.create();
            }
        }
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        for (var process : stopped) {
            signal("CONT", process);
        }
        reads.listAllDomains(ListFlag.ACTIVE).forEach(domain -> {
            try (domain) {
                domain.destroy();
            }
        });
        lanes.close();
        connections.close();
        reads.close();
        daemon.close();
    }

    @Test
    void callsOfOtherMachinesAreServedDestroyEndsAndAllComesBack() throws IOException, InterruptedException {
        // given
        long sockets = PrivateLibvirtd.sockets();
        for (int i = 0; i < HUNG; i++) {
            var qemu = daemon.qemu("hung-" + i);
            stopped.add(qemu);
            signal("STOP", qemu);
        }

        // when
        for (int i = 0; i < HUNG; i++) {
            for (int call = 0; call < CALLS_EACH; call++) {
                submit(i, "pause", DEADLINE, Domain::suspend);
            }
        }
        for (int i = 0; i < HUNG * CALLS_EACH; i++) {
            assertThat(outcome()).isInstanceOf(Overdue.class);
        }

        // then
        assertThat(lanes.stuck()).hasSize(HUNG * CALLS_EACH);
        for (int i = 0; i < CALLS_OF_ANOTHER; i++) {
            submit(HUNG, "pause and resume", AT_ONCE, domain -> {
                domain.suspend();
                domain.resume();
            });
            assertThat(outcome()).isEqualTo(new Returned<>(true));
        }
        long asked = System.nanoTime();
        assertThat(connections.isAlive()).isTrue();
        for (int i = 0; i < HUNG; i++) {
            assertThat(seen(i)).isEqualTo(State.RUNNING);
        }
        reads.defineXML(xml(0).replace("<vcpu>1", "<vcpu>2")).close();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(AT_ONCE);

        submit(0, "destroy", PATIENCE, Domain::destroy);
        assertThat(outcome()).isEqualTo(new Returned<>(true));
        assertThat(seen(0)).isEqualTo(State.SHUTOFF);
        await("the calls of the destroyed one to be back", () -> !lanes.isStuck(uuid(0)));

        for (var process : stopped.subList(1, HUNG)) {
            signal("CONT", process);
        }
        await("all calls to be back", () -> lanes.stuck().isEmpty());
        await("all to be told", () -> returned.size() == HUNG * CALLS_EACH);
        assertThat(outcomes).isEmpty();
        for (int i = 1; i < HUNG; i++) {
            assertThat(seen(i)).isEqualTo(State.PAUSED);
        }
        await("the abandoned connections to be closed", () -> PrivateLibvirtd.sockets() <= sockets);
    }

    @Test
    void figuresOfTheOthersAreReadWhileOneHangs() throws IOException, InterruptedException {
        // given
        var qemu = daemon.qemu("hung-0");
        stopped.add(qemu);
        signal("STOP", qemu);
        var scrapes = new Lanes(new Limits(1, 3, AT_ONCE), _ -> {});
        var answers = new LinkedBlockingQueue<LaneOutcome<List<DomainStats>>>();
        try {
            // when
            for (int scrape = 0; scrape < 2; scrape++) {
                var call = connections.call();
                scrapes.submit(
                        new UUID(0, 0),
                        "figures",
                        () -> call.answer(connection -> connection.domainStats(DomainStats.Group.values())),
                        outcome -> {
                            if (outcome instanceof Overdue) {
                                call.abandon();
                            }
                            answers.add(outcome);
                        });
            }
            var first = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            var second = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            // then
            assertThat(first).isInstanceOf(Overdue.class);
            assertThat(second).isInstanceOf(LaneOutcome.Returned.class);
            var stats = ((LaneOutcome.Returned<List<DomainStats>>) second).value();
            assertThat(stats).hasSize(HUNG + 1);
            assertThat(stats)
                    .filteredOn(one -> one.number("block.count").isPresent()
                            && one.number("cpu.time").isPresent())
                    .hasSizeGreaterThanOrEqualTo(HUNG);
        } finally {
            scrapes.close();
        }
    }

    @Test
    void connectionClosedUnderACallIsGivenBackWithIt() throws IOException, InterruptedException {
        // given
        var qemu = daemon.qemu("hung-0");
        stopped.add(qemu);
        signal("STOP", qemu);
        submit(0, "pause", DEADLINE, Domain::suspend);
        assertThat(outcome()).isInstanceOf(Overdue.class);
        long sockets = PrivateLibvirtd.sockets();
        // when
        long begin = System.nanoTime();
        connections.close();
        // then
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
        assertThat(lanes.isStuck(uuid(0))).isTrue();
        signal("CONT", qemu);
        await("the call to be back", () -> lanes.stuck().isEmpty());
        assertThat(seen(0)).isEqualTo(State.PAUSED);
        await("all to be closed", () -> PrivateLibvirtd.sockets() <= sockets - KEPT);
    }

    private void submit(int machine, String what, Duration deadline, Consumer<Domain> effect) {
        var call = connections.call();
        lanes.submit(
                uuid(machine),
                what,
                deadline,
                () -> {
                    call.run(connection -> {
                        try (var domain = connection.lookupByUUID(uuid(machine)).orElseThrow()) {
                            effect.accept(domain);
                        }
                    });
                    return true;
                },
                outcome -> {
                    if (outcome instanceof Overdue<Boolean>) {
                        call.abandon();
                    }
                    outcomes.add(outcome);
                });
    }

    private LaneOutcome<Boolean> outcome() throws InterruptedException {
        var outcome = outcomes.poll(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (outcome == null) {
            throw new AssertionError("no outcome");
        }
        return outcome;
    }

    private State seen(int machine) {
        try (var domain = reads.lookupByUUID(uuid(machine)).orElseThrow()) {
            return domain.state().state();
        }
    }

    private static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static UUID uuid(int machine) {
        return new UUID(0x1000_4000L, machine + 1L);
    }

    private static String xml(int machine) {
        return """
                <domain type='qemu'>
                  <name>%s-%d</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>32</memory>
                  <vcpu>1</vcpu>
                  <os><type arch='x86_64' machine='q35'>hvm</type></os>
                  <devices>
                    <controller type='usb' model='none'/>
                    <memballoon model='none'/>
                  </devices>
                </domain>""".formatted(machine == HUNG ? "well" : "hung", machine, uuid(machine));
    }
}
