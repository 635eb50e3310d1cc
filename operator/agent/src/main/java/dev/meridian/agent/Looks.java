package dev.meridian.agent;

import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Machines to be looked at, each when it is due, one after another on a thread of its own. */
final class Looks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Looks.class);

    private final Consumer<Look> looking;
    private final Duration longest;
    private final DelayQueue<Look> due = new DelayQueue<>();
    private final Thread thread;

    /**
     * None yet.
     *
     * @param name of the thread
     * @param longest time until the next look after one that failed
     * @param looking says itself whether and when there is another
     */
    Looks(String name, Duration longest, Consumer<Look> looking) {
        this.looking = looking;
        this.longest = longest;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** In place of all of its machine that are to come. */
    void anew(Look look) {
        due.removeIf(other -> other.machine().equals(look.machine()));
        due.add(look);
    }

    /** Unless another was asked for meanwhile. */
    void again(Look look) {
        if (due.stream().noneMatch(other -> other.machine().equals(look.machine()))) {
            due.add(look);
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look(due.take());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Look look) {
        try {
            looking.accept(look);
        } catch (RuntimeException e) {
            // It would be the last look at any machine.
            LOG.atError()
                    .addKeyValue("looks", thread.getName())
                    .addKeyValue("machine", look.machine())
                    .setCause(e)
                    .log("a look failed");
            again(look.rarer(longest));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
