package dev.meridian.libvirt;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What was found beneath a root, held open: what its path leads to later makes no difference to it. No link on the way
 * from the root is followed (openat2 with RESOLVE_NO_SYMLINKS and RESOLVE_BENEATH, Linux 5.6), and nothing that would
 * wait (a FIFO) is waited for.
 */
public final class OpenedFile implements AutoCloseable {
    private static final int PERMISSIONS = 0600;

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;

    private static final long SYS_OPENAT2 = 437;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_BENEATH = 0x08;

    private static final int STATVFS = 16;
    private static final int FRAGMENT_SIZE = 1;
    private static final int AVAILABLE = 4;

    private static final int ENOENT = 2;
    private static final int ELOOP = 40;

    /** A link is on the way, or at its end. */
    public static final class LinkFound extends IOException {
        private static final long serialVersionUID = 1;

        LinkFound(String path) {
            super(path + " leads through a link");
        }
    }

    /** libc's own. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int open(String path, int flags) throws LastErrorException;

        /** With the arguments of openat2: {@code how} is {flags, mode, resolve}. */
        static native long syscall(long number, int directory, String path, long[] how, long size)
                throws LastErrorException;

        static native int ftruncate(int fd, long length) throws LastErrorException;

        /** A struct statvfs of 64-bit Linux begins with the sizes: of a block, of a fragment, blocks, free, available. */
        static native int fstatvfs(int fd, long[] statvfs) throws LastErrorException;

        static native int close(int fd) throws LastErrorException;
    }

    private final String name;
    private final int fd;

    private OpenedFile(Path root, String path, int flags) throws IOException {
        this.name = root.resolve(path).toString();
        try {
            var from = C.open(root.toString(), O_PATH | O_CLOEXEC);
            try {
                var how = new long[] {
                    flags | O_CLOEXEC, (flags & O_CREAT) == 0 ? 0 : PERMISSIONS, RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH
                };
                fd = (int) C.syscall(SYS_OPENAT2, from, path, how, (long) how.length * Long.BYTES);
            } finally {
                C.close(from);
            }
        } catch (LastErrorException e) {
            throw switch (e.getErrorCode()) {
                case ENOENT -> new NoSuchFileException(name);
                case ELOOP -> new LinkFound(name);
                default -> failure(e);
            };
        }
    }

    /** Finds what is there, of whatever kind. It can be looked at by {@link #path}, and not passed. */
    public static OpenedFile find(Path root, String path) throws IOException {
        return new OpenedFile(root, path, O_PATH);
    }

    /** @throws IOException also when it is no regular file */
    public static OpenedFile open(Path root, String path, boolean write) throws IOException {
        return new OpenedFile(root, path, (write ? O_RDWR : O_RDONLY) | O_NONBLOCK).regular();
    }

    /** Opens it, or makes it as an empty file that its owner alone may open. */
    public static OpenedFile make(Path root, String path) throws IOException {
        return new OpenedFile(root, path, O_RDWR | O_NONBLOCK | O_CREAT).regular();
    }

    private OpenedFile regular() throws IOException {
        if (!Files.isRegularFile(path())) {
            close();
            throw new IOException(name + " is no regular file");
        }
        return this;
    }

    /** Makes it that long, if it is shorter; what is new reads as zeroes. */
    public void growTo(long bytes) throws IOException {
        if (Files.size(path()) < bytes) {
            try {
                C.ftruncate(fd, bytes);
            } catch (LastErrorException e) {
                throw failure(e);
            }
        }
    }

    /** What its file system has left for others than root, in bytes. */
    public long usableBytes() throws IOException {
        var said = new long[STATVFS];
        try {
            C.fstatvfs(fd, said);
            return said[FRAGMENT_SIZE] * said[AVAILABLE];
        } catch (LastErrorException e) {
            throw failure(e);
        }
    }

    /** The kernel's own way to what is open, by no name; good until it is closed. */
    public Path path() {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    int fd() {
        return fd;
    }

    private IOException failure(LastErrorException e) {
        return new IOException("%s: %s".formatted(name, e.getMessage()), e);
    }

    @Override
    public void close() {
        C.close(fd);
    }
}
