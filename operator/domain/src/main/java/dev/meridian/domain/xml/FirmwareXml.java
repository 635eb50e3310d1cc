package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.Bootloader;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.FirmwareShape;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.ChosenFirmware;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a definition says of the firmware: which one, until libvirt has chosen it, and what it tells the guest. */
final class FirmwareXml {
    private FirmwareXml() {}

    /** Completes the {@code <os>} element. */
    static El of(El os, Machine machine, Host host, Optional<ChosenFirmware> chosen) {
        var firmware = machine.firmware();
        return started(os, firmware, nvram(machine.identity(), firmware, host), chosen)
                .with(firmware.bootMenu().map(menu -> {
                    var shown = el("bootmenu").with("enable", "yes");
                    return menu.timeoutMillis() == null ? shown : shown.with("timeout", menu.timeoutMillis());
                }))
                .with(
                        entries(firmware).isEmpty()
                                ? Optional.empty()
                                : Optional.of(el("smbios").with("mode", "sysinfo")));
    }

    private static El started(El os, FirmwareShape firmware, El nvram, Optional<ChosenFirmware> chosen) {
        return switch (firmware.bootloader()) {
            case BIOS -> os;
            case UEFI ->
                chosen.map(kept -> os.with(
                                el("loader").with(kept.loaderAttributes()).text(kept.loader()),
                                nvram.with(kept.nvramAttributes())))
                        .orElseGet(() -> os.with("firmware", "efi").with(features(firmware), nvram));
        };
    }

    /** Both are said: left out, libvirt would take what the node's first firmware has. */
    private static El features(FirmwareShape firmware) {
        var enabled = firmware.secureBoot() ? "yes" : "no";
        return el("firmware")
                .with(
                        el("feature").with("enabled", enabled).with("name", "enrolled-keys"),
                        el("feature").with("enabled", enabled).with("name", "secure-boot"));
    }

    private static El nvram(Identity machine, FirmwareShape firmware, Host host) {
        return el("nvram").text(host.nvram(machine, firmware.secureBoot()));
    }

    /** Firmware with Secure Boot guards its variables in System Management Mode. */
    static Optional<El> smm(FirmwareShape firmware) {
        return firmware.bootloader() == Bootloader.UEFI && firmware.secureBoot()
                ? Optional.of(el("smm").with("state", "on"))
                : Optional.empty();
    }

    static Optional<El> sysinfo(FirmwareShape firmware) {
        var entries = entries(firmware);
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        el("sysinfo").with("type", "smbios").with(el("system").with(entries)));
    }

    private static List<El> entries(FirmwareShape firmware) {
        var smbios = firmware.smbios();
        var entries = new ArrayList<El>();
        entry(entries, "manufacturer", smbios.manufacturer());
        entry(entries, "product", smbios.product());
        entry(entries, "version", smbios.version());
        entry(entries, "serial", firmware.serial().orElse(null));
        entry(entries, "sku", smbios.sku());
        entry(entries, "family", smbios.family());
        return entries;
    }

    private static void entry(List<El> entries, String name, @Nullable String value) {
        if (value != null) {
            entries.add(el("entry").with("name", name).text(value));
        }
    }
}
