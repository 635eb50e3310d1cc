package dev.meridian.libvirt;

import com.sun.jna.Pointer;

/** Rules about what the interfaces of domains that name it may send (virNWFilterPtr). */
public final class NwFilter implements AutoCloseable {

    private final Handle handle;

    /** Takes over a reference. */
    NwFilter(Pointer pointer) {
        this.handle = new Handle(
                pointer, LibvirtC::virNWFilterFree, () -> new IllegalStateException("the network filter is closed"));
    }

    /** Removes it; OPERATION_INVALID while a running domain has it. */
    public void undefine() {
        handle.number("virNWFilterUndefine", LibvirtC::virNWFilterUndefine);
    }

    @Override
    public void close() {
        handle.close();
    }
}
