package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.machine.Identity;

/**
 * A definition that holds the place of a machine that a migration is to bring: libvirt takes open files for a guest of a
 * definition alone (virDomainFDAssociate). It has nothing of the machine, and no start: its disk is of a file that nobody
 * passes. What libvirt keeps once it has all of the guest takes its place.
 */
public final class PlaceXml {
    /** In {@code <metadata>}, where a machine has its document. */
    static final String ELEMENT = "coming";

    private PlaceXml() {}

    public static String of(Identity machine, DomainTypeFacts type, String cluster, String migration) {
        return el("domain")
                .with("type", type.libvirtName())
                .with(
                        el("name").text(machine.domainName()),
                        el("uuid").text(machine.uid()),
                        el("metadata")
                                .with(el("meridian:" + ELEMENT)
                                        .with("xmlns:meridian", DomainXml.METADATA_NAMESPACE)
                                        .with("cluster", cluster)
                                        .with("migration", migration)
                                        .with("namespace", machine.namespace())
                                        .with("name", machine.name())),
                        el("memory").with("unit", "MiB").text(1),
                        el("os").with(el("type")
                                .with("arch", type.architecture())
                                .text("hvm")),
                        el("devices")
                                .with(el("disk")
                                        .with("type", "file")
                                        .with("device", "disk")
                                        .with(
                                                el("driver")
                                                        .with("name", "qemu")
                                                        .with("type", "raw"),
                                                el("source")
                                                        .with("file", "/nobody/passes/it")
                                                        .with("fdgroup", "nobody-passes-it"),
                                                el("target").with("dev", "vda").with("bus", "virtio"))))
                .toXml();
    }
}
