package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.machine.Identity;

/**
 * A definition that has a machine's TPM and nothing else. libvirt knows the state of a TPM by the UUID of a definition, and
 * removes it with that: this one stands for one that is gone.
 */
public final class TpmXml {
    private TpmXml() {}

    /** By which it is told from the machine's own. */
    public static String name(Identity machine) {
        return "meridian-tpm-" + machine.uid();
    }

    public static String of(Identity machine) {
        return el("domain")
                .with("type", "qemu")
                .with(
                        el("name").text(name(machine)),
                        el("uuid").text(machine.uid()),
                        el("memory").with("unit", "MiB").text(1),
                        el("os").with(el("type").text("hvm")),
                        el("devices").with(DeviceXml.tpm()))
                .toXml();
    }
}
