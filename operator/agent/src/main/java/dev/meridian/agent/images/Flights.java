package dev.meridian.agent.images;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/** One at a time brings what a source gives; the others wait, and are told how far it is. */
final class Flights {
    private final Map<String, Shared> flights = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    /** Everybody who wants one source's content now. */
    final class Flight implements AutoCloseable {
        private final String key;
        private final IntConsumer listener;
        private final Shared shared;

        private Flight(String key, IntConsumer listener, Shared shared) {
            this.key = key;
            this.listener = listener;
            this.shared = shared;
        }

        void percent(int percent) {
            shared.listeners.forEach(told -> told.accept(percent));
        }

        @Override
        public void close() {
            shared.turn.unlock();
            left(key, listener, shared);
        }
    }

    private static final class Shared {
        private final ReentrantLock turn = new ReentrantLock(true);
        private final List<IntConsumer> listeners = new CopyOnWriteArrayList<>();
        private int members;
    }

    /** Waits for its turn. */
    Flight join(String key, IntConsumer listener) throws InterruptedException {
        var shared = joined(key, listener);
        try {
            shared.turn.lockInterruptibly();
        } catch (InterruptedException e) {
            left(key, listener, shared);
            throw e;
        }
        return new Flight(key, listener, shared);
    }

    private Shared joined(String key, IntConsumer listener) {
        lock.lock();
        try {
            var shared = flights.computeIfAbsent(key, _ -> new Shared());
            shared.members++;
            shared.listeners.add(listener);
            return shared;
        } finally {
            lock.unlock();
        }
    }

    private void left(String key, IntConsumer listener, Shared shared) {
        lock.lock();
        try {
            shared.listeners.remove(listener);
            if (--shared.members == 0) {
                flights.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }
}
