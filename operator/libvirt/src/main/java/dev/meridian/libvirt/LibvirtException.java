package dev.meridian.libvirt;

import com.sun.jna.Pointer;

/**
 * A call that libvirt answered with an error.
 *
 * <p>The message is libvirt's own, copied at once: its last error belongs to the OS thread and lives
 * until that thread's next call.
 */
public class LibvirtException extends RuntimeException {

    private static final int NO_SUPPORT = 3;
    private static final int INVALID_CONN = 6;

    private final int code;
    private final int domain;

    private LibvirtException(int code, int domain, String message) {
        super(message);
        this.code = code;
        this.domain = domain;
    }

    /** virErrorNumber; 0 when the call failed without leaving an error. */
    public int code() {
        return code;
    }

    /** virErrorDomain: the part of libvirt that gave the error. */
    public int domain() {
        return domain;
    }

    public ErrorKind kind() {
        return ErrorKind.of(code, domain, message());
    }

    /** libvirt's own words. */
    public String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    /** The same with other words, which say more than libvirt's. */
    public LibvirtException saying(String message) {
        var other = new LibvirtException(code, domain, message);
        other.initCause(this);
        return other;
    }

    public boolean is(ErrorKind kind) {
        return kind() == kind;
    }

    /** This OS thread's last error (virGetLastError); call it right after the call that failed. */
    static LibvirtException last() {
        Pointer error = LibvirtC.virGetLastError();
        if (error == null) {
            return new LibvirtException(0, 0, "libvirt gave no reason");
        }
        var fields = new StructReader(error);
        int code = fields.int32();
        int domain = fields.int32();
        String message = fields.string();
        return new LibvirtException(code, domain, message == null ? "libvirt gave no message" : message);
    }

    static LibvirtException unsupported(String message) {
        return new LibvirtException(NO_SUPPORT, 0, message);
    }

    static LibvirtException closed(String uri) {
        return new LibvirtException(INVALID_CONN, 0, "connection to " + uri + " is closed");
    }
}
