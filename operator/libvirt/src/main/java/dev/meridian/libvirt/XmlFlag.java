package dev.meridian.libvirt;

/** What domain XML shall show (virDomainXMLFlags). */
public enum XmlFlag implements Flag {
    /** Passwords too. */
    SECURE(1),
    /** The persistent definition instead of the running domain. */
    INACTIVE(2),
    /** The guest CPU with what its model stands for. */
    UPDATE_CPU(4),
    /** Fit for a migration's destination. */
    MIGRATABLE(8);

    private final int bit;

    XmlFlag(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
