package dev.meridian.libvirt;

/** What a guest agent is asked of its guest (virDomainGuestInfoTypes). */
public enum GuestInfoType implements Flag {
    OS(2),
    TIMEZONE(4),
    HOSTNAME(8),
    FILESYSTEM(16),
    INTERFACES(64);

    private final int bit;

    GuestInfoType(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
