package dev.meridian.libvirt;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A regular file that is open, to be passed to the hypervisor: what its path leads to later makes no difference to it.
 * A link at the end of the path is not followed, and nothing that would wait (a FIFO) is waited for.
 */
public final class OpenedFile implements AutoCloseable {
    /** A process's own right to a file of the directory's owner. */
    private static final int PERMISSIONS = 0600;

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;

    /** Of those used here, the one that ARM numbers otherwise. */
    private static final int O_NOFOLLOW = System.getProperty("os.arch").equals("aarch64") ? 0100000 : 0400000;

    /** libc's own. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int open(String path, int flags, int mode) throws LastErrorException;

        static native int ftruncate(int fd, long length) throws LastErrorException;

        static native int close(int fd) throws LastErrorException;
    }

    private final Path path;
    private final int fd;

    private OpenedFile(Path path, int flags) throws IOException {
        this.path = path;
        try {
            fd = C.open(path.toString(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, PERMISSIONS);
        } catch (LastErrorException e) {
            throw new IOException("%s: %s".formatted(path, e.getMessage()), e);
        }
        if (!Files.isRegularFile(opened())) {
            close();
            throw new IOException(path + " is no regular file");
        }
    }

    /** @throws IOException also when it is a link, or no regular file */
    public static OpenedFile open(Path path, boolean write) throws IOException {
        return new OpenedFile(path, write ? O_RDWR : O_RDONLY);
    }

    /** Opens it, or makes it as an empty file that its owner alone may open. */
    public static OpenedFile make(Path path) throws IOException {
        return new OpenedFile(path, O_RDWR | O_CREAT);
    }

    /** Makes it that long, if it is shorter; what is new reads as zeroes. */
    public void growTo(long bytes) throws IOException {
        if (Files.size(opened()) < bytes) {
            try {
                C.ftruncate(fd, bytes);
            } catch (LastErrorException e) {
                throw new IOException("%s: %s".formatted(path, e.getMessage()), e);
            }
        }
    }

    /** The kernel's own way to it, by no name. */
    private Path opened() {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    int fd() {
        return fd;
    }

    @Override
    public void close() {
        C.close(fd);
    }
}
