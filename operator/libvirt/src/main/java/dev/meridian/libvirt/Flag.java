package dev.meridian.libvirt;

/** One bit of an {@code unsigned int flags} argument. */
sealed interface Flag
        permits DomainStats.Group,
                MigrateFlag,
                GuestInfoType,
                ListFlag,
                SaveFlag,
                ShutdownMode,
                StartFlag,
                UndefineFlag,
                XmlFlag {

    int bit();

    static int mask(Flag... flags) {
        int mask = 0;
        for (Flag flag : flags) {
            mask |= flag.bit();
        }
        return mask;
    }
}
