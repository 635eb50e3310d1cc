package dev.meridian.libvirt;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.List;

/** A volume of a storage pool (virStorageVolPtr). */
public final class StorageVol implements AutoCloseable {

    /** What it is on the host (virStorageVolType). */
    public enum Type {
        FILE,
        BLOCK,
        DIR,
        NETWORK,
        NETDIR,
        PLOOP,
        /** One that this binding does not know. */
        OTHER
    }

    /** As libvirt counts them. */
    private static final List<Type> TYPES =
            List.of(Type.FILE, Type.BLOCK, Type.DIR, Type.NETWORK, Type.NETDIR, Type.PLOOP);

    private static final int INFO_BYTES = 24;

    private final Handle handle;

    /** Takes over a reference. */
    StorageVol(Pointer pointer) {
        this.handle = new Handle(
                pointer, LibvirtC::virStorageVolFree, () -> new IllegalStateException("the volume is closed"));
    }

    public Type type() {
        try (var struct = new Memory(INFO_BYTES)) {
            handle.number("virStorageVolGetInfo", volume -> LibvirtC.virStorageVolGetInfo(volume, struct));
            int type = struct.getInt(0);
            return type < 0 || type >= TYPES.size() ? Type.OTHER : TYPES.get(type);
        }
    }

    /** Where it is on the host. */
    public String path() {
        return handle.string("virStorageVolGetPath", LibvirtC::virStorageVolGetPath);
    }

    public String xml() {
        return handle.string("virStorageVolGetXMLDesc", volume -> LibvirtC.virStorageVolGetXMLDesc(volume, 0));
    }

    @Override
    public void close() {
        handle.close();
    }
}
