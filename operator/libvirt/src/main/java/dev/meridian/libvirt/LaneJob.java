package dev.meridian.libvirt;

import dev.meridian.libvirt.LaneOutcome.Failed;
import dev.meridian.libvirt.LaneOutcome.Overdue;
import dev.meridian.libvirt.LaneOutcome.Returned;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call on a domain's lane, with whom to tell how it ended. */
final class LaneJob<T> {

    private static final Logger LOG = LoggerFactory.getLogger(LaneJob.class);

    private final UUID lane;
    private final String what;
    private final Duration deadline;
    private final Callable<T> call;
    private final Consumer<LaneOutcome<T>> done;

    LaneJob(UUID lane, String what, Duration deadline, Callable<T> call, Consumer<LaneOutcome<T>> done) {
        this.lane = lane;
        this.what = what;
        this.deadline = deadline;
        this.call = call;
        this.done = done;
    }

    UUID lane() {
        return lane;
    }

    Duration deadline() {
        return deadline;
    }

    LaneOutcome<T> run() {
        try {
            return new Returned<>(call.call());
        } catch (Throwable failure) { // an Error too: the lane must go on
            return new Failed<>(failure);
        }
    }

    StuckLane stuck(boolean replaced) {
        return new StuckLane(lane, what, deadline, replaced);
    }

    void tellOverdue(StuckLane stuck) {
        LOG.atWarn()
                .setMessage("A call to libvirt does not come back")
                .addKeyValue("domain", lane)
                .addKeyValue("call", what)
                .addKeyValue("deadline", deadline)
                .addKeyValue("replaced", stuck.replaced())
                .log();
        tell(new Overdue<>(stuck));
    }

    void tell(LaneOutcome<T> outcome) {
        try {
            done.accept(outcome);
        } catch (RuntimeException failure) {
            LOG.atError()
                    .setMessage("The outcome of a call to libvirt was refused")
                    .addKeyValue("domain", lane)
                    .addKeyValue("call", what)
                    .setCause(failure)
                    .log();
        }
    }
}
