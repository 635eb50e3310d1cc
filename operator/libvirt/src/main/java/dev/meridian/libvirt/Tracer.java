package dev.meridian.libvirt;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that the kernel ends by SIGKILL when this one ends, whatever ends it (ptrace(2): PTRACE_SEIZE with
 * PTRACE_O_EXITKILL). They run on as they did: only signals to their first thread come by way of this process.
 *
 * <p>The kernel knows the thread that traces, so all of it happens on one. Needs CAP_SYS_PTRACE, the node's own process
 * numbers, and a {@code kernel.yama.ptrace_scope} below 3.
 */
public final class Tracer {
    private static final Logger LOG = LoggerFactory.getLogger(Tracer.class);

    private static final long PTRACE_CONT = 7;
    private static final long PTRACE_DETACH = 17;
    private static final long PTRACE_SEIZE = 0x4206;
    private static final long PTRACE_INTERRUPT = 0x4207;
    private static final long PTRACE_LISTEN = 0x4208;
    private static final long PTRACE_O_EXITKILL = 0x100000;
    private static final int PTRACE_EVENT_STOP = 128;

    private static final int WNOHANG = 1;
    private static final int WALL = 0x40000000;
    private static final int ECHILD = 10;
    private static final int ESRCH = 3;
    private static final int SIGTRAP = 5;

    /** How long a signal to a process may wait here. */
    private static final long LOOK_MILLIS = 50;

    /** A process that is to be let go stops for it; one in the kernel's hands does so when it comes back. */
    private static final Duration LETTING_GO = Duration.ofSeconds(10);

    private static final Duration LOOK_WHILE_LETTING_GO = Duration.ofMillis(1);

    /** libc's own. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native long ptrace(long request, long process, long address, long data) throws LastErrorException;

        static native int waitpid(int process, IntByReference status, int options) throws LastErrorException;
    }

    private final IntConsumer ended;
    private final Set<Integer> traced = new HashSet<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tracer").factory());

    /** @param ended told of each process that has ended, on the tracing thread */
    public Tracer(IntConsumer ended) {
        this.ended = ended;
        var _ = thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * From now on it ends with this process.
     *
     * @throws IllegalStateException when the kernel refuses, with its word
     */
    public void hold(int process) {
        onThread(() -> {
            if (!traced.contains(process)) {
                C.ptrace(PTRACE_SEIZE, process, 0, PTRACE_O_EXITKILL);
                traced.add(process);
            }
            return true;
        });
    }

    /**
     * It runs on by itself. Does nothing if it was not held.
     *
     * @throws IllegalStateException when it could not be let go
     */
    public void letGo(int process) {
        onThread(() -> {
            if (traced.contains(process)) {
                C.ptrace(PTRACE_INTERRUPT, process, 0, 0);
                awaitStop(process);
                if (traced.remove(process)) {
                    C.ptrace(PTRACE_DETACH, process, 0, 0);
                }
            }
            return true;
        });
    }

    private void awaitStop(int process) {
        var until = System.nanoTime() + LETTING_GO.toNanos();
        var status = new IntByReference();
        while (traced.contains(process)) {
            if (C.waitpid(process, status, WALL | WNOHANG) == process) {
                if (isStop(status.getValue()) && event(status.getValue()) == PTRACE_EVENT_STOP) {
                    return;
                }
                took(process, status.getValue());
            } else if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("process %d does not stop".formatted(process));
            } else {
                LockSupport.parkNanos(LOOK_WHILE_LETTING_GO.toNanos());
            }
        }
    }

    private <T> T onThread(Callable<T> action) {
        try {
            return thread.submit(action).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LastErrorException refused
                    ? new IllegalStateException(refused.getMessage(), refused)
                    : new IllegalStateException(e.getCause());
        }
    }

    private void look() {
        try {
            var status = new IntByReference();
            for (var process : Set.copyOf(traced)) {
                while (traced.contains(process) && C.waitpid(process, status, WALL | WNOHANG) == process) {
                    took(process, status.getValue());
                }
            }
        } catch (RuntimeException e) {
            // It would be the last look: signals to all that is held would wait for good.
            LOG.atError().setCause(e).log("the processes that are held were not looked at");
        }
    }

    private void took(int process, int status) {
        if (!isStop(status)) {
            gone(process);
            return;
        }
        try {
            goOn(process, status);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != ESRCH && e.getErrorCode() != ECHILD) { // else it is being killed: told next
                throw e;
            }
        }
    }

    private static void goOn(int process, int status) {
        var signal = (status >> 8) & 0xff;
        if (event(status) != PTRACE_EVENT_STOP) {
            C.ptrace(PTRACE_CONT, process, 0, signal);
        } else if (signal == SIGTRAP) {
            C.ptrace(PTRACE_CONT, process, 0, 0);
        } else { // all of it is stopped, until somebody continues it
            C.ptrace(PTRACE_LISTEN, process, 0, 0);
        }
    }

    private void gone(int process) {
        traced.remove(process);
        ended.accept(process);
    }

    private static boolean isStop(int status) {
        return (status & 0xff) == 0x7f;
    }

    private static int event(int status) {
        return status >> 16;
    }
}
