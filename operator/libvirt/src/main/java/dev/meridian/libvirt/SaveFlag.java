package dev.meridian.libvirt;

/** How a domain's memory is saved, and what it does when it is restored (virDomainSaveRestoreFlags). */
public enum SaveFlag implements Flag {
    BYPASS_CACHE(1),
    /** It runs when restored, even if it was paused when saved. */
    RUNNING(2),
    /** It is paused when restored, even if it ran when saved. */
    PAUSED(4);

    private final int bit;

    SaveFlag(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
