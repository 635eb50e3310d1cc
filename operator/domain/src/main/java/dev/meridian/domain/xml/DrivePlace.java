package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.domain.machine.DiskShape;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where a drive is on its bus. It is always said: libvirt would derive it from the target, which changes when a disk
 * before it goes, and refuses the definition when a disk that kept its place is there.
 */
record DrivePlace(int controller, int unit) {
    /** Ports of a sata controller. */
    private static final int SATA_PORTS = 6;

    /** Units of a virtio-scsi controller's only target. */
    private static final int SCSI_UNITS = 16384;

    private static final int FLOPPY_DRIVES = 2;

    private record Seat(DiskBus bus, DrivePlace place) {}

    /** By disk's name, of those on a bus of drives: each has its own, a new one the first that is free. */
    static Map<String, DrivePlace> of(List<DiskShape> disks, Addresses addresses) {
        var places = new LinkedHashMap<String, DrivePlace>();
        var taken = new HashSet<Seat>();
        for (var disk : disks) {
            kept(disk, addresses).filter(_ -> isDrive(disk)).ifPresent(place -> {
                places.put(disk.name(), place);
                taken.add(new Seat(disk.bus(), place));
            });
        }
        for (var disk : disks) {
            if (isDrive(disk) && !places.containsKey(disk.name())) {
                var free = all(disk.bus())
                        .map(place -> new Seat(disk.bus(), place))
                        .filter(Predicate.not(taken::contains))
                        .findFirst()
                        .orElseThrow();
                taken.add(free);
                places.put(disk.name(), free.place());
            }
        }
        return places;
    }

    /**
     * For a device of sata that no disk of the spec is and whose place the guest need not remember: the last of the
     * first controller, so that it is in the way of none.
     */
    static DrivePlace lastOfSata(List<DiskShape> disks, Addresses addresses) {
        var places = of(disks, addresses);
        var taken = disks.stream()
                .filter(disk -> disk.bus() == DiskBus.sata)
                .map(disk -> Objects.requireNonNull(places.get(disk.name())))
                .toList();
        return Stream.concat(
                        IntStream.rangeClosed(1, SATA_PORTS).mapToObj(back -> new DrivePlace(0, SATA_PORTS - back)),
                        all(DiskBus.sata).skip(SATA_PORTS))
                .filter(Predicate.not(taken::contains))
                .findFirst()
                .orElseThrow();
    }

    El address() {
        return el("address")
                .with("type", "drive")
                .with("controller", controller)
                .with("bus", 0)
                .with("target", 0)
                .with("unit", unit);
    }

    private static boolean isDrive(DiskShape disk) {
        return all(disk.bus()).findFirst().isPresent();
    }

    private static Optional<DrivePlace> kept(DiskShape disk, Addresses addresses) {
        return Optional.ofNullable(addresses.byDevice().get(DiskXml.key(disk)))
                .map(address -> new DrivePlace(
                        Integer.parseInt(address.getOrDefault("controller", "0")),
                        Integer.parseInt(address.getOrDefault("unit", "0"))));
    }

    /** What a bus of drives has, in order; the others give a disk an address of their own kind. */
    private static Stream<DrivePlace> all(DiskBus bus) {
        return switch (bus) {
            case sata ->
                IntStream.iterate(0, port -> port + 1)
                        .mapToObj(port -> new DrivePlace(port / SATA_PORTS, port % SATA_PORTS));
            case scsi -> IntStream.range(0, SCSI_UNITS).mapToObj(unit -> new DrivePlace(0, unit));
            case fdc -> IntStream.range(0, FLOPPY_DRIVES).mapToObj(unit -> new DrivePlace(0, unit));
            case virtio, usb -> Stream.empty();
        };
    }
}
