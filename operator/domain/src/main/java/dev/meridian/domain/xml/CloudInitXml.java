package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.Machine;
import java.util.List;

/**
 * The disk on which cloud-init finds its data: a virtio disk, because kernels made for clouds have no AHCI driver and
 * would not find a cdrom.
 */
final class CloudInitXml {
    static final String KEY = "ua-cloud-init";

    private CloudInitXml() {}

    static List<El> of(Machine machine, Host host, Addresses addresses) {
        return machine.cloudInit().stream()
                .map(_ -> addresses.addressed(
                        el("disk")
                                .with("type", "file")
                                .with("device", "disk")
                                .with(el("driver").with("name", "qemu").with("type", "raw"))
                                .with(el("source").with("file", host.cloudInit(machine.identity())))
                                .with(el("target")
                                        .with("dev", DiskXml.nextTarget(machine.disks(), DiskBus.virtio))
                                        .with("bus", "virtio"))
                                .with(el("readonly"))
                                .with(el("serial").text("cloud-init")),
                        KEY))
                .toList();
    }
}
