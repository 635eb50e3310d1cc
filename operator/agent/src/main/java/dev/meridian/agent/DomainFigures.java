package dev.meridian.agent;

import dev.meridian.libvirt.DomainStats;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.Lanes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the figures of all domains by one call, for no longer than a scrape may wait. A QEMU that hangs holds the call
 * that asks it first: that is given up with its connection, and the next one leaves that domain out.
 */
final class DomainFigures implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DomainFigures.class);

    /** Of the ten seconds that Prometheus waits for a scrape, if it is not told otherwise. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Behind a call that is given up, if need be. */
    private static final Duration LONGEST = PATIENCE.multipliedBy(2);

    private static final UUID LANE = new UUID(0, 0);

    private final LibvirtLink link;
    private final Lanes lanes = new Lanes(new Lanes.Limits(1, 3, PATIENCE));

    DomainFigures(LibvirtLink link) {
        this.link = link;
    }

    /** Empty when libvirt is away, or has not answered in time. */
    Optional<List<DomainStats>> read() {
        var session = link.session();
        if (session.isEmpty() || lanes.isHung()) {
            return Optional.empty();
        }
        var call = session.get().commands().call();
        var answer = new CompletableFuture<Optional<List<DomainStats>>>();
        try {
            lanes.submit(
                    LANE,
                    "figures of all domains",
                    () -> call.answer(connection -> connection.domainStats(DomainStats.Group.values())),
                    outcome -> answer.complete(
                            switch (outcome) {
                                case LaneOutcome.Returned<List<DomainStats>>(var stats) -> Optional.of(stats);
                                case LaneOutcome.Failed<List<DomainStats>>(var cause) -> {
                                    LOG.atDebug().setCause(cause).log("no figures of domains");
                                    link.suspect();
                                    yield Optional.empty();
                                }
                                case LaneOutcome.Overdue<List<DomainStats>> _ -> {
                                    call.abandon();
                                    yield Optional.empty();
                                }
                            }));
        } catch (RejectedExecutionException _) {
            return Optional.empty(); // the agent ends
        }
        return answer.completeOnTimeout(Optional.empty(), LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    @Override
    public void close() {
        lanes.close();
    }
}
