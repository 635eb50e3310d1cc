package dev.meridian.libvirt;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs calls to libvirt one after another per domain, side by side for different domains.
 *
 * <p>Nobody waits here: the outcome is told to a consumer, which must only enqueue. A call that does not
 * come back within its deadline (a hung QEMU may hold one for ever) is told as {@link
 * LaneOutcome.Overdue} and written off: its lane goes on with another thread, for up to {@link
 * Limits#replacements} calls at a time. When none is left {@link #isHung}, and the lane of every
 * further such call waits until it comes back.
 */
public final class Lanes implements AutoCloseable {

    private final Limits limits;
    private final Consumer<StuckLane> cameBack;
    private final LaneThreads threads;
    private final ReentrantLock lock = new ReentrantLock();
    /** A queue for each lane that is taken: the jobs behind the one that took it. */
    private final Map<UUID, Queue<LaneJob<?>>> taken = new HashMap<>();
    /** Jobs that were started and whose outcome is not known yet. */
    private final Set<LaneJob<?>> running = new HashSet<>();
    /** Jobs past their deadline that are not back, the oldest first. */
    private final Map<LaneJob<?>, StuckLane> stuck = new LinkedHashMap<>();

    private boolean closed;

    /**
     * How much may go on at once.
     *
     * @param threads calls at the same time
     * @param replacements written-off calls beside those
     * @param deadline of a job that brings none of its own
     */
    public record Limits(int threads, int replacements, Duration deadline) {

        public static final Limits DEFAULT = new Limits(16, 8, Duration.ofSeconds(60));

        public Limits {
            if (threads < 1 || replacements < 1 || !deadline.isPositive()) {
                throw new IllegalArgumentException("lanes: threads %d, replacements %d and deadline %s must be positive"
                        .formatted(threads, replacements, deadline));
            }
        }
    }

    public Lanes(Limits limits) {
        this(limits, _ -> {});
    }

    /** @param cameBack told of each written-off call when it is back after all; it must only enqueue */
    public Lanes(Limits limits, Consumer<StuckLane> cameBack) {
        this.limits = limits;
        this.cameBack = cameBack;
        this.threads = new LaneThreads(limits.threads);
    }

    /** As the other, with the deadline of the limits. */
    public <T> void submit(UUID lane, String what, Callable<T> call, Consumer<LaneOutcome<T>> done) {
        submit(lane, what, limits.deadline, call, done);
    }

    /**
     * Queues a call behind the others of its lane and returns at once.
     *
     * @param what for people: the call and its object
     * @param deadline counted from the call's start
     * @param done told exactly once, on a thread of the lanes, before the lane's next call starts
     * @throws RejectedExecutionException when the lanes are closed
     */
    public <T> void submit(UUID lane, String what, Duration deadline, Callable<T> call, Consumer<LaneOutcome<T>> done) {
        var job = new LaneJob<>(lane, what, deadline, call, done);
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("lanes are closed: " + what);
            }
            Queue<LaneJob<?>> behind = taken.get(lane);
            if (behind != null) {
                behind.add(job);
                return;
            }
            start(job);
            taken.put(lane, new ArrayDeque<>());
        } finally {
            lock.unlock();
        }
    }

    /** The calls that are past their deadline and not back, the oldest first. */
    public List<StuckLane> stuck() {
        return locked(() -> List.copyOf(stuck.values()));
    }

    /** Whether a call of that lane is past its deadline and not back. */
    public boolean isStuck(UUID lane) {
        return locked(() -> stuck.values().stream().anyMatch(call -> call.lane().equals(lane)));
    }

    /** Whether as many calls are stuck as can be replaced. */
    public boolean isHung() {
        return locked(() -> stuck.size() >= limits.replacements);
    }

    /** Takes no more calls; those that run end by themselves, those that wait are forgotten. */
    @Override
    public void close() {
        locked(() -> closed = true);
        threads.close();
    }

    private <T> void run(LaneJob<T> job) {
        Future<?> alarm = threads.after(job.deadline(), () -> writeOff(job));
        LaneOutcome<T> outcome = job.run();
        alarm.cancel(false);
        if (locked(() -> running.remove(job))) {
            job.tell(outcome);
            free(job.lane());
            return;
        }
        cameBackLate(job);
    }

    private void writeOff(LaneJob<?> job) {
        Optional<StuckLane> written = locked(() -> running.remove(job) ? Optional.of(stick(job)) : Optional.empty());
        written.ifPresent(lane -> {
            job.tellOverdue(lane);
            if (lane.replaced()) {
                free(job.lane());
            }
        });
    }

    private void cameBackLate(LaneJob<?> job) {
        StuckLane written = locked(() -> unstick(job));
        if (!written.replaced()) {
            free(job.lane());
        }
        cameBack.accept(written);
    }

    /** Starts the lane's next job, or gives the lane up. */
    private void free(UUID lane) {
        lock.lock();
        try {
            LaneJob<?> next = requireNonNull(taken.get(lane)).poll();
            if (next == null) {
                taken.remove(lane);
                return;
            }
            start(next);
        } finally {
            lock.unlock();
        }
    }

    private StuckLane stick(LaneJob<?> job) {
        var lane = job.stuck(replaced() < limits.replacements);
        stuck.put(job, lane);
        threads.replace(replaced());
        return lane;
    }

    private StuckLane unstick(LaneJob<?> job) {
        StuckLane lane = requireNonNull(stuck.remove(job));
        threads.replace(replaced());
        return lane;
    }

    private int replaced() {
        return (int) stuck.values().stream().filter(StuckLane::replaced).count();
    }

    private void start(LaneJob<?> job) {
        threads.execute(() -> run(job));
        running.add(job);
    }

    private <R> R locked(Supplier<R> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
