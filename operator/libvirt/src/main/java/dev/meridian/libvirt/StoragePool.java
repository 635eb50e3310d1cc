package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.util.Optional;

/** A place where libvirt keeps volumes (virStoragePoolPtr). */
public final class StoragePool implements AutoCloseable {

    private final Handle handle;
    private final String name;

    /** Takes over a reference. */
    StoragePool(Pointer pointer) {
        this.name = LibvirtC.virStoragePoolGetName(pointer);
        this.handle = new Handle(
                pointer,
                LibvirtC::virStoragePoolFree,
                () -> new IllegalStateException("storage pool \"" + name + "\" is closed"));
    }

    public String name() {
        return name;
    }

    public boolean isActive() {
        return handle.number("virStoragePoolIsActive", LibvirtC::virStoragePoolIsActive) == 1;
    }

    /**
     * A volume as the pool knew it when it was last refreshed.
     *
     * @throws LibvirtException OPERATION_INVALID while the pool is not active
     */
    public Optional<StorageVol> lookupVolByName(String volume) {
        return handle.find(
                "virStorageVolLookupByName",
                ErrorKind.NO_STORAGE_VOL,
                pool -> LibvirtC.virStorageVolLookupByName(pool, volume),
                StorageVol::new);
    }

    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
