package dev.meridian.libvirt;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A network namespace that a thread goes into for a while (setns(2), for which it takes CAP_SYS_ADMIN). There, sockets, {@code
 * /proc/thread-self/net} and {@code /proc/sys/net} are those of the namespace; {@code /sys/class/net} is still that of whoever
 * mounted it.
 *
 * @param file such as /proc/1/ns/net, to read which of another process takes CAP_SYS_PTRACE
 */
public record NetworkNamespace(Path file) {
    private static final Path OWN = Path.of("/proc/self/ns/net");

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;
    private static final int CLONE_NEWNET = 0x40000000;

    /** libc's own. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int open(String path, int flags) throws LastErrorException;

        static native int setns(int fd, int kind) throws LastErrorException;

        static native int close(int fd) throws LastErrorException;
    }

    /** Whether this process is in it already. */
    public boolean isOwn() throws IOException {
        return Files.isSameFile(file, OWN);
    }

    /**
     * What {@code look} finds in there. A thread of its own goes in: one that failed to come back would do whatever it does next
     * in the wrong place.
     *
     * @throws IOException when it cannot be gone into
     */
    public <T> T see(Supplier<T> look) throws IOException {
        if (isOwn()) {
            return look.get();
        }
        var seen = new CompletableFuture<T>();
        var thread = Thread.ofPlatform().name("network-namespace").daemon().start(() -> {
            try {
                enter();
                seen.complete(look.get());
            } catch (Throwable e) {
                seen.completeExceptionally(e);
            }
        });
        try {
            thread.join();
            return seen.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while %s was looked into".formatted(file), e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException failed) {
                throw failed.getCause();
            }
            throw e;
        }
    }

    private void enter() {
        try {
            var fd = C.open(file.toString(), O_RDONLY | O_CLOEXEC);
            try {
                C.setns(fd, CLONE_NEWNET);
            } finally {
                C.close(fd);
            }
        } catch (LastErrorException e) {
            throw new UncheckedIOException(
                    new IOException("%s cannot be gone into: %s".formatted(file, e.getMessage()), e));
        }
    }
}
