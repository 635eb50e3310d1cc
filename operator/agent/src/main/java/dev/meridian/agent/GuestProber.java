package dev.meridian.agent;

import dev.meridian.agent.AgentQuestion.Said;
import dev.meridian.domain.guest.ProbeOutcome;
import dev.meridian.domain.guest.ProbePlan;
import dev.meridian.domain.machine.ProbeShape;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.Lanes;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks guests their probes' questions when these are due. The verdicts are the machines' to act on. */
final class GuestProber implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestProber.class);

    /** Apart from the lanes of clocks: who probes often holds up other probes alone. */
    private static final Lanes.Limits LIMITS = new Lanes.Limits(8, 8, Duration.ofSeconds(30));

    /** How often a command is asked whether it has ended. */
    private static final Duration RUNS = Duration.ofMillis(200);

    private final LibvirtLink link;
    private final MachineMemories memories;
    private final InstantSource clock;
    private final Consumer<UUID> changed;
    private final Lanes lanes = new Lanes(LIMITS);
    private final GuestCalls guests;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("probes").factory());
    private final ExecutorService askers =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("probe").factory());
    private final NetworkQuestion network = new NetworkQuestion(timer, NetworkQuestion::isOfThisNode);

    /** @param changed told the machine whose probe's verdict is another one */
    GuestProber(LibvirtLink link, MachineMemories memories, InstantSource clock, Consumer<UUID> changed) {
        this.link = link;
        this.guests = new GuestCalls(link, lanes);
        this.memories = memories;
        this.clock = clock;
        this.changed = changed;
        timer.setRemoveOnCancelPolicy(true);
    }

    /** A question to come, which is forgotten when its round is over. */
    private record Due(UUID machine, ProbePlan.Kind kind, long round, MachineMemory memory, ProbeShape probe) {
        ReportMemory report() {
            return memory.report();
        }
    }

    /** How the guest is to be probed by now. */
    void seen(UUID machine, MachineMemory memory, ProbePlan plan) {
        memory.report()
                .plan(plan)
                .ifPresent(round -> plan.probes()
                        .forEach((kind, probe) -> in(untilFirst(plan, probe), () -> ask(machine, kind, round))));
    }

    private Duration untilFirst(ProbePlan plan, ProbeShape probe) {
        var now = clock.instant();
        var booted = plan.booted() == null || plan.booted().isAfter(now) ? now : plan.booted();
        var first = booted.plus(probe.initialDelay());
        return first.isAfter(now) ? Duration.between(now, first) : Duration.ZERO;
    }

    private void in(Duration wait, Runnable action) {
        try {
            var _ = timer.schedule(() -> askers.execute(action), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) { // closed
        }
    }

    private void ask(UUID machine, ProbePlan.Kind kind, long round) {
        memories.find(machine)
                .ifPresent(memory -> memory.report()
                        .due(kind, round)
                        .ifPresent(probe -> ask(new Due(machine, kind, round, memory, probe))));
    }

    private void ask(Due due) {
        switch (due.probe().question()) {
            case ProbeShape.OfAgent _
            when !due.memory().guest().isConnected() ->
                done(due, new ProbeOutcome.Failed("no guest agent is connected"));
            case ProbeShape.OfAgent question -> {
                var unfinished = due.report().unfinished(due.kind());
                askAgent(due, agent -> AgentQuestion.ask(question, unfinished, agent), deadline(due));
            }
            case ProbeShape.OfNetwork question -> askNetwork(due, question);
        }
    }

    private static long deadline(Due due) {
        return System.nanoTime() + due.probe().timeout().toNanos();
    }

    private void askNetwork(Due due, ProbeShape.OfNetwork question) {
        var address = due.report().plan().address(due.memory().addresses());
        if (address.isEmpty()) {
            done(due, new ProbeOutcome.NotAsked("no address was leased to the machine"));
            return;
        }
        try {
            askers.execute(() ->
                    done(due, network.ask(question, address.get(), due.probe().timeout())));
        } catch (RejectedExecutionException _) { // closed
        }
    }

    private void askAgent(Due due, Function<GuestAgent, Said> question, long deadlineNanos) {
        var isAsked = guests.ask(
                due.machine(),
                due.kind() + " probe",
                domain -> question.apply(new GuestAgent(domain)),
                outcome -> said(due, outcome, deadlineNanos));
        if (!isAsked) {
            done(due, new ProbeOutcome.NotAsked(link.lastFailure()));
        }
    }

    private void said(Due due, LaneOutcome<Optional<Said>> outcome, long deadlineNanos) {
        switch (outcome) {
            case LaneOutcome.Returned<Optional<Said>>(var said) ->
                said.ifPresentOrElse(
                        answer -> said(due, answer, deadlineNanos),
                        () -> done(due, new ProbeOutcome.NotAsked("the domain is gone")));
            case LaneOutcome.Overdue<Optional<Said>> _ ->
                done(due, new ProbeOutcome.NotAsked("libvirt does not come back"));
            case LaneOutcome.Failed<Optional<Said>>(var cause) -> done(due, failure(due, cause));
        }
    }

    private void said(Due due, Said said, long deadlineNanos) {
        switch (said) {
            case Said.Outcome(var answer) -> {
                due.report().finished(due.kind());
                done(due, answer);
            }
            case Said.Runs(var process) -> runs(due, process, deadlineNanos);
            case Said.StillRuns() -> done(due, new ProbeOutcome.Failed("the command of an earlier time has not ended"));
        }
    }

    private void runs(Due due, long process, long deadlineNanos) {
        if (System.nanoTime() - deadlineNanos < 0) {
            in(RUNS, () -> askAgent(due, agent -> AgentQuestion.status(process, agent), deadlineNanos));
            return;
        }
        due.report().unfinished(due.kind(), process);
        done(
                due,
                new ProbeOutcome.Failed("the command has not ended within %d s"
                        .formatted(due.probe().timeout().toSeconds())));
    }

    /** What the guest's agent did wrong counts; what libvirt or its node did does not. */
    private static ProbeOutcome failure(Due due, Throwable cause) {
        if (cause instanceof LibvirtException e) {
            return e.is(ErrorKind.AGENT_UNRESPONSIVE) || e.is(ErrorKind.INTERNAL_ERROR)
                    ? new ProbeOutcome.Failed(e.message())
                    : new ProbeOutcome.NotAsked(e.message());
        }
        LOG.atError().addKeyValue("machine", due.machine()).setCause(cause).log("probe failed");
        return new ProbeOutcome.NotAsked(cause.toString());
    }

    private void done(Due due, ProbeOutcome outcome) {
        LOG.atDebug()
                .addKeyValue("machine", due.machine())
                .addKeyValue("probe", due.kind())
                .log("{}", outcome);
        if (due.report().outcome(due.kind(), due.round(), due.probe(), outcome)) {
            changed.accept(due.machine());
        }
        in(due.probe().period(), () -> ask(due.machine(), due.kind(), due.round()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        askers.shutdownNow();
        lanes.close();
    }
}
