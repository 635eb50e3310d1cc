package dev.meridian.libvirt;

/** Which side of a domain a change is for (virDomainModificationImpact). */
public enum Affect {
    /** The running domain when it runs, else the definition. */
    CURRENT(0),
    LIVE(1),
    CONFIG(2),
    LIVE_AND_CONFIG(3);

    private final int bits;

    Affect(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
