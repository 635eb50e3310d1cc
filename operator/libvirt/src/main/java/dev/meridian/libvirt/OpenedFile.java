package dev.meridian.libvirt;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

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

    /** fcntl of open file descriptions (Linux 3.15): the lock belongs to the opening, whoever has it passed. */
    private static final int F_OFD_GETLK = 36;

    private static final int F_OFD_SETLK = 37;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    /** A struct flock of 64-bit Linux: type and whence, start, length, and the process, which is none. */
    private static final int FLOCK = 32;

    private static final int FLOCK_START = 8;
    private static final int FLOCK_LENGTH = 16;

    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EAGAIN = 11;
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

        static native int fcntl(int fd, int command, Pointer flock) throws LastErrorException;

        static native int close(int fd) throws LastErrorException;
    }

    private final String name;
    private final boolean write;
    private final int fd;

    private OpenedFile(Path root, String path, int flags) throws IOException {
        this.name = root.resolve(path).toString();
        this.write = (flags & O_RDWR) != 0;
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

    /**
     * Locks one byte, which may lie beyond its end. Who has the file open as well, on this node or another that shares
     * the file system with its locks, sees it for as long as anybody has this opening, also by {@link Domain#associate}.
     *
     * @throws IOException also when another opening has it, or the file system has no locks
     */
    public void lock(long offset) throws IOException {
        try (var flock = flock(write ? F_WRLCK : F_RDLCK, offset)) {
            C.fcntl(fd, F_OFD_SETLK, flock);
        } catch (LastErrorException e) {
            throw switch (e.getErrorCode()) {
                case EACCES, EAGAIN -> new IOException(name + " is locked by another at " + offset, e);
                default -> failure(e);
            };
        }
    }

    /** Whether another opening of the same file has locked this one byte and no more. */
    public boolean isLockedByAnother(long offset) throws IOException {
        try (var flock = flock(F_WRLCK, offset)) {
            C.fcntl(fd, F_OFD_GETLK, flock);
            return flock.getShort(0) != F_UNLCK
                    && flock.getLong(FLOCK_START) == offset
                    && flock.getLong(FLOCK_LENGTH) == 1;
        } catch (LastErrorException e) {
            throw failure(e);
        }
    }

    private static Memory flock(short type, long offset) {
        var flock = new Memory(FLOCK);
        flock.clear();
        flock.setShort(0, type);
        flock.setLong(FLOCK_START, offset);
        flock.setLong(FLOCK_LENGTH, 1);
        return flock;
    }

    /** By which one file is told from another on this node, whatever their names. */
    public Object key() throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(path(), BasicFileAttributes.class).fileKey());
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
