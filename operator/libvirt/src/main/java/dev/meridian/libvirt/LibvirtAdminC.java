package dev.meridian.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions of libvirt-admin.so.0, which comes with libvirt's daemons. Its errors are those of libvirt.so.0. */
final class LibvirtAdminC {
    static final String SONAME = "libvirt-admin.so.0";

    static {
        Native.register(
                LibvirtAdminC.class,
                NativeLibrary.getInstance(SONAME, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8")));
    }

    private LibvirtAdminC() {}

    static native @Nullable Pointer virAdmConnectOpen(String name, int flags);

    static native int virAdmConnectClose(Pointer conn);

    static native @Nullable Pointer virAdmConnectLookupServer(Pointer conn, String name, int flags);

    static native int virAdmServerFree(Pointer srv);

    static native int virAdmServerUpdateTlsFiles(Pointer srv, int flags);
}
