package dev.meridian.libvirt;

/** Which domains to list (virConnectListAllDomainsFlags); flags of one group are alternatives. */
public enum ListFlag implements Flag {
    ACTIVE(1),
    INACTIVE(2),
    PERSISTENT(4),
    TRANSIENT(8),
    RUNNING(16),
    PAUSED(32),
    SHUTOFF(64),
    OTHER(128);

    private final int bit;

    ListFlag(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
