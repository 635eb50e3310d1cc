package dev.meridian.libvirt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one driver for calls that may wait for a hypervisor process, never more than four on one.
 *
 * <p>libvirtd serves five calls of a client at a time and then reads no more from it, not even its keepalive: with four
 * there is always room for closing it. A call goes to the connection with the fewest; another is opened when there is
 * none with room. A connection is abandoned with a call that does not come back: it gets no further ones, another takes
 * its place, and it is closed when the last of its calls is back.
 */
public final class CommandConnections implements AutoCloseable {

    private static final int CALLS_AT_A_TIME = 4;

    private final Supplier<Connection> opening;
    private final int kept;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those that get calls. */
    private final List<Used> serving = new ArrayList<>();
    /** Those that get no more and have some in flight. */
    private final List<Used> abandoned = new ArrayList<>();

    private boolean closed;

    /**
     * Opens them.
     *
     * @param kept how many stay open when nothing is asked of them
     * @throws LibvirtException as {@link Connection#open}; then none is left open
     */
    public CommandConnections(Supplier<Connection> opening, int kept) {
        this.opening = opening;
        this.kept = kept;
        try {
            for (int i = 0; i < kept; i++) {
                serving.add(new Used(opening.get()));
            }
        } catch (LibvirtException failure) {
            close();
            throw failure;
        }
    }

    /** A call to come. */
    public Call call() {
        return new Call();
    }

    /** Whether calls can be sent on all of them; asks no daemon, and waits for no call. */
    public boolean isAlive() {
        lock.lock();
        try {
            return serving.stream().allMatch(used -> used.connection.isAlive());
        } finally {
            lock.unlock();
        }
    }

    /** Gives them back. A call in flight ends as it would have, and its connection with it. */
    @Override
    public void close() {
        List<Used> all = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            all.addAll(serving);
            all.addAll(abandoned);
            serving.clear();
            abandoned.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(used -> used.connection.close());
    }

    /** Whether one without a call in flight is to be closed. */
    private boolean isDone(Used one) {
        return abandoned.remove(one) || (serving.size() > kept && serving.remove(one));
    }

    /** One call, on the connection that has most room when it begins. */
    public final class Call {

        private @Nullable Used used;

        private Call() {}

        /** On the caller's thread, once. */
        public void run(Consumer<Connection> effect) {
            answer(connection -> {
                effect.accept(connection);
                return true;
            });
        }

        /** As the other, with what comes of it. */
        public <T> T answer(Function<Connection, T> question) {
            var taken = take();
            try {
                return question.apply(taken.connection);
            } finally {
                giveBack(taken);
            }
        }

        /** It does not come back: its connection is given no further calls. Does nothing unless it is in flight. */
        public void abandon() {
            lock.lock();
            try {
                if (used != null && serving.remove(used)) {
                    abandoned.add(used);
                }
            } finally {
                lock.unlock();
            }
        }

        private Used take() {
            return withRoom().orElseGet(this::opened);
        }

        private Optional<Used> withRoom() {
            lock.lock();
            try {
                int most = serving.size() < kept ? 1 : CALLS_AT_A_TIME;
                var found = serving.stream()
                        .min(Comparator.comparingInt((Used one) -> one.calls))
                        .filter(one -> one.calls < most);
                found.ifPresent(this::begin);
                return found;
            } finally {
                lock.unlock();
            }
        }

        /** Opened without the lock: it may take its time. */
        private Used opened() {
            var fresh = new Used(opening.get());
            lock.lock();
            try {
                if (!closed) {
                    serving.add(fresh);
                    begin(fresh);
                    return fresh;
                }
            } finally {
                lock.unlock();
            }
            fresh.connection.close();
            throw LibvirtException.closed(fresh.connection.uri());
        }

        private void begin(Used one) {
            one.calls++;
            used = one;
        }

        private void giveBack(Used one) {
            boolean last;
            lock.lock();
            try {
                one.calls--;
                used = null;
                last = one.calls == 0 && isDone(one);
            } finally {
                lock.unlock();
            }
            if (last) {
                one.connection.close();
            }
        }
    }

    /** A connection with its calls in flight. */
    private static final class Used {
        private final Connection connection;
        private int calls;

        Used(Connection connection) {
            this.connection = connection;
        }
    }
}
