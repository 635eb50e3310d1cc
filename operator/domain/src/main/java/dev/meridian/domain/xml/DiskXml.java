package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.api.v1alpha1.DiskThrottle;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.Boot;
import dev.meridian.domain.machine.DiskDriver;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.DiskSource;
import dev.meridian.domain.machine.GivenClaim;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.MountedClaim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** The target of a disk beyond those of the spec. */
    static String nextTarget(List<DiskShape> disks, DiskBus bus) {
        return prefix(bus)
                + letters((int) disks.stream()
                        .filter(disk -> prefix(disk.bus()).equals(prefix(bus)))
                        .count());
    }

    static List<El> of(Machine machine, Host host, MachineDocument document, Addresses addresses) {
        var targets = targets(machine.disks());
        var order = machine.boot() instanceof Boot.Disks ? bootOrder(machine.disks()) : Map.<String, Integer>of();
        var places = DrivePlace.of(machine.disks(), addresses);
        return machine.disks().stream()
                .map(disk -> of(
                                disk,
                                files(disk, machine, host, document),
                                targets.getOrDefault(disk.name(), ""),
                                Optional.ofNullable(order.get(disk.name())),
                                ioThread(disk, document))
                        .with(el("alias").with("name", key(disk)))
                        .with(addresses
                                .address(key(disk))
                                .or(() -> Optional.ofNullable(places.get(disk.name()))
                                        .map(DrivePlace::address))))
                .toList();
    }

    /** A definition with a thread that it does not number would have none for the disk. */
    private static Optional<Integer> ioThread(DiskShape disk, MachineDocument document) {
        if (!disk.ioThread()) {
            return Optional.empty();
        }
        var number = document.ioThreads().get(disk.name());
        if (number == null) {
            throw new IllegalStateException("the document does not number the thread of disk " + disk.name());
        }
        return Optional.of(number);
    }

    /** Places by disk: first those that say theirs, then the others as they stand; nothing boots from given files. */
    private static Map<String, Integer> bootOrder(List<DiskShape> disks) {
        var sorted = disks.stream()
                .filter(disk -> disk.bootOrder().isPresent()
                        || disk.source().givenFiles().isEmpty())
                .sorted(Comparator.comparingInt(disk -> disk.bootOrder().orElse(Integer.MAX_VALUE)))
                .toList();
        return sorted.stream().collect(Collectors.toMap(DiskShape::name, disk -> sorted.indexOf(disk) + 1));
    }

    /** The file that the hypervisor opens, with those below it. */
    private static List<DiskFile> files(DiskShape disk, Machine machine, Host host, MachineDocument document) {
        var made = new DiskFile(host.madeDisk(machine.identity(), disk), DiskFormat.qcow2);
        return switch (disk.source()) {
            case DiskSource.HostPath(var path, var format) -> List.of(new DiskFile(path, format));
            // libvirt knows where it is.
            case DiskSource.Volume(var _, var name, var format) -> List.of(new DiskFile(name, format));
            case DiskSource.Given _ ->
                List.of(new DiskFile(host.givenFiles(machine.identity(), disk.name()), DiskFormat.raw));
            case DiskSource.Claim _ -> List.of(new DiskFile(kept(disk, document).path(), DiskFormat.raw));
            case DiskSource.Blank _ -> List.of(made);
            case DiskSource.Image(var _, var copied, var _) when copied -> List.of(made);
            case DiskSource.Image _ -> List.of(made, image(disk, document));
            case DiskSource.Retained _ ->
                Stream.concat(
                                Stream.of(made),
                                Stream.ofNullable(kept(disk, document).image()))
                        .toList();
            case DiskSource.ImageItself _ -> List.of(image(disk, document));
        };
    }

    /** Without it the hypervisor would take what lies below for empty. */
    private static DiskFile image(DiskShape disk, MachineDocument document) {
        var image = kept(disk, document).image();
        if (image == null) {
            throw new IllegalStateException("the document does not say which image disk %s has".formatted(disk.name()));
        }
        return image;
    }

    private static KeptDisk kept(DiskShape disk, MachineDocument document) {
        var kept = document.disks().get(disk.name());
        if (kept == null) {
            throw new IllegalStateException("the document does not know disk " + disk.name());
        }
        return kept;
    }

    /** What stands for the path of a claim's file: the hypervisor is passed the file itself. */
    public static String claimed(GivenClaim claim) {
        return "/persistentVolumeClaim/" + claim.name() + "/" + MountedClaim.FILE;
    }

    private static El source(DiskShape disk, DiskFile file) {
        return disk.source()
                .volume()
                .map(volume -> el("source").with("pool", volume.pool()).with("volume", volume.name()))
                .orElseGet(() -> ofFile(disk, file));
    }

    private static El ofFile(DiskShape disk, DiskFile file) {
        return disk.source()
                .givenClaim()
                .map(claim -> file.path().equals(claimed(claim))
                        ? el("source").with("file", file.path()).with("fdgroup", key(disk))
                        : el("source").with("dev", file.path()))
                .orElseGet(() -> el("source").with("file", file.path()));
    }

    private static String type(DiskShape disk, DiskFile file) {
        if (disk.source().volume().isPresent()) {
            return "volume";
        }
        return disk.source()
                        .givenClaim()
                        .filter(claim -> !file.path().equals(claimed(claim)))
                        .isPresent()
                ? "block"
                : "file";
    }

    private static El of(
            DiskShape disk,
            List<DiskFile> files,
            String target,
            Optional<Integer> bootOrder,
            Optional<Integer> ioThread) {
        var element = el("disk")
                .with("type", type(disk, files.getFirst()))
                .with("device", disk.device().name().toLowerCase(Locale.ROOT))
                .with(driver(disk.driver(), files.getFirst().format(), ioThread))
                .with(source(disk, files.getFirst()))
                .with(backing(files))
                .with(el("target").with("dev", target).with("bus", disk.bus()));
        if (disk.readOnly()) {
            element = element.with(el("readonly"));
        }
        if (disk.shareable()) {
            element = element.with(el("shareable"));
        }
        return element.with(disk.blockSize()
                        .map(size -> el("blockio")
                                .with("logical_block_size", size.logical())
                                .with("physical_block_size", size.physical())))
                .with(disk.driver().throttle().flatMap(DiskXml::iotune))
                .with(serial(disk))
                .with(bootOrder.map(order -> el("boot").with("order", order)));
    }

    private static Optional<El> serial(DiskShape disk) {
        return switch (disk.device()) {
            case Disk, Cdrom -> Optional.of(el("serial").text(disk.serial()));
            case Floppy, Lun -> Optional.empty();
        };
    }

    private static El driver(DiskDriver driver, DiskFormat format, Optional<Integer> ioThread) {
        var attributes = new LinkedHashMap<String, String>();
        driver.cache().ifPresent(cache -> attributes.put("cache", cache.name()));
        driver.io().ifPresent(io -> attributes.put("io", io.name()));
        driver.discard().ifPresent(discard -> attributes.put("discard", discard.name()));
        driver.detectZeroes().ifPresent(zeroes -> attributes.put("detect_zeroes", zeroes.name()));
        ioThread.ifPresent(number -> attributes.put("iothread", number.toString()));
        return el("driver").with("name", "qemu").with("type", format).with(attributes);
    }

    /** A qcow2 file's chain is stated to its end. */
    private static Optional<El> backing(List<DiskFile> files) {
        if (files.size() > 1) {
            var below = files.subList(1, files.size());
            var element = el("backingStore")
                    .with("type", "file")
                    .with(el("format").with("type", below.getFirst().format()))
                    .with(el("source").with("file", below.getFirst().path()));
            return Optional.of(element.with(backing(below).or(() -> Optional.of(el("backingStore")))));
        }
        return files.getFirst().format() == DiskFormat.qcow2 ? Optional.of(el("backingStore")) : Optional.empty();
    }

    private static Optional<El> iotune(DiskThrottle throttle) {
        var bounds = new ArrayList<El>();
        if (throttle.bytesPerSecond() != null) {
            bounds.add(el("total_bytes_sec").text(throttle.bytesPerSecond()));
        }
        if (throttle.iops() != null) {
            bounds.add(el("total_iops_sec").text(throttle.iops()));
        }
        return bounds.isEmpty() ? Optional.empty() : Optional.of(el("iotune").with(bounds));
    }

    /** Alias of the device, and the group of what is passed for it. */
    public static String key(DiskShape disk) {
        return "ua-disk-" + disk.name();
    }

    private static String prefix(DiskBus bus) {
        return switch (bus) {
            case virtio -> "vd";
            case scsi, sata, usb -> "sd";
            case fdc -> "fd";
        };
    }

    /** a ... z, aa, ab, ... as libvirt counts disks. */
    private static String letters(int index) {
        return (index < 26 ? "" : letters(index / 26 - 1)) + (char) ('a' + index % 26);
    }
}
