package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** What an administrator has a daemon of libvirt do, by its own socket. */
public final class DaemonAdmin {
    private DaemonAdmin() {}

    /**
     * Has a daemon read the files of its certificates again, as it does at its start (virAdmServerUpdateTlsFiles).
     * Connections that there are stay as they are.
     *
     * @param daemon such as {@code libvirtd}
     * @throws LibvirtException when it is not reached, does not take the files, or listens for no TLS; UNSUPPORTED when
     *     there is no libvirt-admin.so.0
     */
    public static void updateTlsFiles(String daemon) {
        Libvirt.requireLoaded();
        try {
            var connection = required(LibvirtAdminC.virAdmConnectOpen(daemon + ":///system", 0));
            try {
                update(connection, daemon);
            } finally {
                LibvirtAdminC.virAdmConnectClose(connection);
            }
        } catch (LinkageError missing) {
            throw LibvirtException.unsupported(LibvirtAdminC.SONAME + " cannot be loaded: " + missing.getMessage());
        }
    }

    private static void update(Pointer connection, String daemon) {
        var server = required(LibvirtAdminC.virAdmConnectLookupServer(connection, daemon, 0));
        try {
            if (LibvirtAdminC.virAdmServerUpdateTlsFiles(server, 0) < 0) {
                throw LibvirtException.last();
            }
        } finally {
            LibvirtAdminC.virAdmServerFree(server);
        }
    }

    private static Pointer required(@Nullable Pointer pointer) {
        if (pointer == null) {
            throw LibvirtException.last();
        }
        return pointer;
    }
}
