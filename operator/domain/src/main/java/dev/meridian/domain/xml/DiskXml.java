package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.domain.machine.Boot;
import dev.meridian.domain.machine.DiskShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code <disk>} elements. A file's format and its backing chain are stated, so that nothing is ever probed. */
public final class DiskXml {
    private DiskXml() {}

    /** libvirt's target of each disk, by the disk's name: vda, vdb, ... in the order of the spec, a row for each bus. */
    public static Map<String, String> targets(List<DiskShape> disks) {
        var next = new HashMap<String, Integer>();
        var targets = new LinkedHashMap<String, String>();
        for (var disk : disks) {
            var prefix = prefix(disk.bus());
            targets.put(disk.name(), prefix + letters(next.merge(prefix, 1, Integer::sum) - 1));
        }
        return targets;
    }

    static List<El> of(List<DiskShape> disks, Boot boot, Addresses addresses) {
        var targets = targets(disks);
        var elements = new ArrayList<El>();
        for (var disk : disks) {
            var bootOrder = boot instanceof Boot.Disks ? elements.size() + 1 : 0;
            elements.add(of(disk, targets.getOrDefault(disk.name(), ""), bootOrder, addresses));
        }
        return elements;
    }

    private static El of(DiskShape disk, String target, int bootOrder, Addresses addresses) {
        var element = el("disk")
                .with("type", "file")
                .with("device", "disk")
                .with(el("driver").with("name", "qemu").with("type", disk.format()))
                .with(el("source").with("file", disk.path()));
        if (disk.format() == DiskFormat.qcow2) {
            element = element.with(el("backingStore"));
        }
        element = element.with(el("target").with("dev", target).with("bus", disk.bus()));
        if (disk.readOnly()) {
            element = element.with(el("readonly"));
        }
        element = element.with(el("serial").text(disk.name()));
        if (bootOrder > 0) {
            element = element.with(el("boot").with("order", bootOrder));
        }
        return addresses.addressed(element, key(disk));
    }

    static String key(DiskShape disk) {
        return "ua-disk-" + disk.name();
    }

    private static String prefix(DiskBus bus) {
        return switch (bus) {
            case virtio -> "vd";
            case scsi, sata -> "sd";
        };
    }

    /** a ... z, aa, ab, ... as libvirt counts disks. */
    private static String letters(int index) {
        return (index < 26 ? "" : letters(index / 26 - 1)) + (char) ('a' + index % 26);
    }
}
