package dev.meridian.domain.xml;

/** Where a device is attached: one that comes to another bus gets another address. */
enum Bus {
    /** A PCI Express root port of its own. */
    RootPort,
    /** Conventional PCI: on a q35 board behind one bridge, which takes a root port. */
    ConventionalPci,
    /** Where the board itself has a place for it. */
    Board,
    VirtioSerial,
    Usb,
    Scsi,
    Sata,
    /** A board's two floppy drives. */
    Fdc
}
