package dev.meridian.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions of libvirt-qemu.so.0, which comes with libvirt.so.0 where QEMU's driver does. */
final class LibvirtQemuC {

    private LibvirtQemuC() {}

    /** @throws LibvirtException UNSUPPORTED when there is no such library */
    static @Nullable Pointer agentCommand(Pointer domain, String command, int timeoutSeconds) {
        try {
            return Mapped.virDomainQemuAgentCommand(domain, command, timeoutSeconds, 0);
        } catch (LinkageError missing) {
            throw LibvirtException.unsupported("libvirt-qemu.so.0 cannot be loaded: " + missing.getMessage());
        }
    }

    /** Loaded at the first call. */
    private static final class Mapped {
        static {
            Native.register(
                    Mapped.class,
                    NativeLibrary.getInstance("libvirt-qemu.so.0", Map.of(Library.OPTION_STRING_ENCODING, "UTF-8")));
        }

        private Mapped() {}

        static native @Nullable Pointer virDomainQemuAgentCommand(
                Pointer domain, String command, int timeoutSeconds, int flags);
    }
}
