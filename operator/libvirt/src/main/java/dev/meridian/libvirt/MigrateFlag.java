package dev.meridian.libvirt;

/** How a domain goes to another host (virDomainMigrateFlags). */
public enum MigrateFlag implements Flag {
    /** Its guest runs meanwhile. */
    LIVE(1),
    /** The source's daemon speaks to the destination's itself, and goes on when its client dies. */
    PEER2PEER(2),
    /** The destination keeps the definition. */
    PERSIST_DEST(8),
    /** The source forgets the definition. */
    UNDEFINE_SOURCE(16),
    /** The guest stands still at its destination until somebody resumes it. */
    PAUSED(32),
    /** Disks are copied whole. */
    NON_SHARED_DISK(64),
    /** Disks are copied but for their backing files, which the destination has. */
    NON_SHARED_INC(128),
    /** Nobody changes the domain meanwhile, on either host. */
    CHANGE_PROTECTION(256),
    /** Whatever the caches of its disks risk. */
    UNSAFE(512),
    /** By a method that {@link MigrateParameters} names. */
    COMPRESSED(2048),
    ABORT_ON_ERROR(4096),
    /** The guest is slowed down until its memory can be sent faster than it writes it. */
    AUTO_CONVERGE(8192),
    POSTCOPY(32768),
    /** QEMU's own stream is encrypted, by the certificates that qemu.conf names. */
    TLS(65536),
    /** Over several connections. */
    PARALLEL(131072);

    private final int bit;

    MigrateFlag(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
