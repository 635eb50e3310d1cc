package dev.meridian.agent;

import dev.meridian.libvirt.CommandConnections;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.DomainEventListener;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session with the node's libvirt: opens it, notices its end, opens the next. {@link #prepare} connects while
 * others still begin; nobody has the session or hears of it before {@link #start}.
 */
final class LibvirtLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LibvirtLink.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
    private static final int COMMAND_CONNECTIONS = 4;

    /** Something for the link's thread to do. */
    private enum Wake {
        Look,
        Stop
    }

    private final Function<String, Connection> opening;
    private final String uri;
    private final DomainEventListener events;
    private final Runnable changed;
    private final BlockingQueue<Wake> wakes = new ArrayBlockingQueue<>(16);
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch started = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("libvirt-link").unstarted(this::run);
    private volatile @Nullable LibvirtSession session;
    private volatile String lastFailure = "not connected yet";
    private long sessions;

    /** @param changed told on the link's thread after a session began or ended */
    LibvirtLink(Function<String, Connection> opening, String uri, DomainEventListener events, Runnable changed) {
        this.opening = opening;
        this.uri = uri;
        this.events = events;
        this.changed = changed;
    }

    void prepare() {
        thread.start();
    }

    /** After {@link #prepare}. */
    void start() {
        started.countDown();
    }

    Optional<LibvirtSession> session() {
        return Optional.ofNullable(session);
    }

    /** Why there is no session. */
    String lastFailure() {
        return lastFailure;
    }

    /** A call on the session failed as on a dead connection: the link looks at it. */
    void suspect() {
        wakes.offer(Wake.Look);
    }

    private void run() {
        var retry = FIRST_RETRY;
        while (!stopped.get()) {
            var current = session;
            if (current != null && current.isAlive()) {
                retry = FIRST_RETRY;
                await(LONGEST_RETRY);
                continue;
            }
            if (current != null) {
                end(current);
            }
            if (!open()) {
                await(retry);
                retry = retry.multipliedBy(2).compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : retry.multipliedBy(2);
            }
        }
        session().ifPresent(LibvirtSession::close);
    }

    private void await(Duration wait) {
        try {
            if (wakes.poll(wait.toMillis(), TimeUnit.MILLISECONDS) == Wake.Stop) {
                stopped.set(true);
            }
        } catch (InterruptedException _) {
            stopped.set(true);
        }
    }

    private boolean open() {
        var opened = new ArrayList<Runnable>();
        try {
            var reads = opening.apply(uri);
            opened.add(reads::close);
            reads.onClose(_ -> suspect());
            var commands = new CommandConnections(() -> opening.apply(uri), COMMAND_CONNECTIONS);
            opened.add(commands::close);
            var facts = new HostFacts(reads);
            var next = new LibvirtSession(
                    ++sessions,
                    reads,
                    commands,
                    facts.hostUUID(),
                    reads.libVersion(),
                    facts.types(),
                    ConcurrentHashMap.newKeySet(),
                    facts.qemuGroup(),
                    LibvirtProcess.find().map(LibvirtProcess::zone).orElse(ZoneOffset.UTC));
            started.await();
            reads.subscribe(events);
            session = next;
        } catch (InterruptedException _) {
            opened.forEach(Runnable::run);
            stopped.set(true);
            return false;
        } catch (LibvirtException e) {
            opened.forEach(Runnable::run);
            failed(e.message());
            return false;
        } catch (RuntimeException e) {
            // Without descriptors, say. Nobody but this thread would try again.
            LOG.atError().addKeyValue("uri", uri).setCause(e).log("libvirt cannot be used");
            opened.forEach(Runnable::run);
            failed(e.toString());
            return false;
        }
        LOG.atInfo().addKeyValue("uri", uri).log("connected to libvirt");
        changed.run();
        return true;
    }

    private void failed(String cause) {
        if (!cause.equals(lastFailure)) {
            LOG.atWarn().addKeyValue("uri", uri).addKeyValue("cause", cause).log("libvirt cannot be reached");
            lastFailure = cause;
            if (started.getCount() == 0) {
                changed.run();
            }
        }
    }

    private void end(LibvirtSession ended) {
        LOG.atWarn().addKeyValue("uri", uri).log("the connection to libvirt ended");
        session = null;
        lastFailure = "the connection ended";
        ended.close();
        changed.run();
    }

    @Override
    public void close() {
        stopped.set(true);
        wakes.offer(Wake.Stop);
        started.countDown();
    }
}
