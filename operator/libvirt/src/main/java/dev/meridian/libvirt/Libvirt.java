package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.NativeLongByReference;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The client library libvirt.so.0 itself, loaded once per process.
 *
 * <p>Three things can lack a function: this library ({@link #offers}), the daemon or the driver behind
 * it ({@link ErrorKind#UNSUPPORTED} from the call).
 */
public final class Libvirt {

    /** libvirt's own error function prints on stderr; we throw instead. Held, or JNA would drop it. */
    private static final LibvirtC.ErrorFunc SILENCE = Libvirt::ignore;

    /** Why libvirt cannot be called; empty when it can. */
    private static final String MISSING = load();

    private static final List<CallListener> LISTENERS = new CopyOnWriteArrayList<>();

    private Libvirt() {}

    /** From now on that one is told of each call of this process, until it ends. */
    public static void listen(CallListener listener) {
        LISTENERS.add(listener);
    }

    static void returned(String function, long begin, Optional<ErrorKind> failure) {
        if (!LISTENERS.isEmpty()) {
            long nanos = System.nanoTime() - begin;
            LISTENERS.forEach(listener -> listener.returned(function, nanos, failure));
        }
    }

    /**
     * The client library's version, as major * 1 000 000 + minor * 1 000 + release (virGetVersion).
     *
     * @throws LibvirtException UNSUPPORTED when there is no libvirt.so.0 to load, or one without the
     *     functions that {@link LibvirtC} needs
     */
    public static long version() {
        requireLoaded();
        var version = new NativeLongByReference();
        if (LibvirtC.virGetVersion(version, null, null) < 0) {
            throw LibvirtException.last();
        }
        return version.getValue().longValue();
    }

    /** Whether the client library has a function; newer ones are absent on an older node. */
    public static boolean offers(String symbol) {
        requireLoaded();
        try {
            return LibvirtC.LIBRARY.getFunction(symbol) != null;
        } catch (UnsatisfiedLinkError _) {
            return false;
        }
    }

    static void requireLoaded() {
        if (!MISSING.isEmpty()) {
            throw LibvirtException.unsupported(MISSING);
        }
    }

    private static String load() {
        try {
            LibvirtC.virSetErrorFunc(null, SILENCE);
            return "";
        } catch (LinkageError missing) {
            return "libvirt.so.0 cannot be loaded: " + missing.getMessage();
        }
    }

    private static void ignore(@Nullable Pointer userData, Pointer error) {}
}
