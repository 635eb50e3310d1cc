package dev.meridian.libvirt;

/** How a domain starts (virDomainCreateFlags). */
public enum StartFlag implements Flag {
    PAUSED(1),
    AUTODESTROY(2),
    BYPASS_CACHE(4),
    FORCE_BOOT(8),
    VALIDATE(16),
    RESET_NVRAM(32);

    private final int bit;

    StartFlag(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
