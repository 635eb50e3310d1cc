package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.Machine;
import java.util.List;

/** The CD on which Windows finds its answer file: on sata, for which it has a driver. */
final class SysprepXml {
    static final String KEY = "ua-sysprep";

    private SysprepXml() {}

    static List<El> of(Machine machine, Host host, Addresses addresses) {
        return machine.sysprep().stream()
                .map(_ -> el("disk")
                        .with("type", "file")
                        .with("device", "cdrom")
                        .with(el("driver").with("name", "qemu").with("type", "raw"))
                        .with(el("source").with("file", host.sysprep(machine.identity())))
                        .with(el("target")
                                .with("dev", DiskXml.nextTarget(machine.disks(), DiskBus.sata))
                                .with("bus", "sata"))
                        .with(el("readonly"))
                        .with(el("serial").text("sysprep"))
                        .with(el("alias").with("name", KEY))
                        .with(DrivePlace.lastOfSata(machine.disks(), addresses).address()))
                .toList();
    }
}
