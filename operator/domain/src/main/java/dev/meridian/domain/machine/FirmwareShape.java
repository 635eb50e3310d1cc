package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.BootMenu;
import dev.meridian.api.v1alpha1.Bootloader;
import dev.meridian.api.v1alpha1.Smbios;
import java.util.Optional;

/**
 * A machine's firmware as wished.
 *
 * @param bootMenu when it is to be shown
 */
public record FirmwareShape(
        Bootloader bootloader,
        boolean secureBoot,
        Optional<BootMenu> bootMenu,
        Optional<String> serial,
        Smbios smbios) {
    /** As a machine has it whose spec says nothing. */
    static final FirmwareShape BIOS =
            new FirmwareShape(Bootloader.BIOS, false, Optional.empty(), Optional.empty(), Smbios.NONE);

    /** Whether the NVRAM of the one fits the other. */
    public boolean startsAs(FirmwareShape other) {
        return bootloader == other.bootloader && secureBoot == other.secureBoot;
    }
}
