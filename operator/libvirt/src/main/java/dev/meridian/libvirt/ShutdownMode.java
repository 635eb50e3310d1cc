package dev.meridian.libvirt;

/** By which way to ask a guest to shut down (virDomainShutdownFlagValues); several are tried in turn. */
public enum ShutdownMode implements Flag {
    ACPI_POWER_BTN(1),
    GUEST_AGENT(2),
    INITCTL(4),
    SIGNAL(8),
    PARAVIRT(16);

    private final int bit;

    ShutdownMode(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
