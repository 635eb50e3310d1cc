package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.Machine;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The CD on which Windows finds its answer file: on sata, for which it has a driver. */
final class SysprepXml {
    static final String KEY = "ua-sysprep";

    /** Ports of a sata controller. */
    private static final int PORTS = 6;

    private record Port(int controller, int unit) {
        El address() {
            return el("address")
                    .with("type", "drive")
                    .with("controller", controller)
                    .with("bus", 0)
                    .with("target", 0)
                    .with("unit", unit);
        }
    }

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
                        .with(port(machine, addresses).address()))
                .toList();
    }

    /**
     * The last that no disk has: libvirt gives disks the first ones, by their targets. It is no device whose place the
     * guest remembers.
     */
    private static Port port(Machine machine, Addresses addresses) {
        var taken = taken(machine, addresses);
        return Stream.concat(
                        IntStream.rangeClosed(1, PORTS).mapToObj(back -> new Port(0, PORTS - back)),
                        IntStream.iterate(PORTS, port -> port + 1)
                                .mapToObj(port -> new Port(port / PORTS, port % PORTS)))
                .filter(Predicate.not(taken::contains))
                .findFirst()
                .orElseThrow();
    }

    private static Set<Port> taken(Machine machine, Addresses addresses) {
        var taken = new HashSet<Port>();
        var index = 0;
        for (var disk : machine.disks()) {
            if (disk.bus() == DiskBus.sata) {
                var kept = addresses.byDevice().get(DiskXml.key(disk));
                taken.add(
                        kept == null
                                ? new Port(index / PORTS, index % PORTS)
                                : new Port(
                                        Integer.parseInt(kept.getOrDefault("controller", "0")),
                                        Integer.parseInt(kept.getOrDefault("unit", "0"))));
            }
            index += disk.bus() == DiskBus.virtio ? 0 : 1;
        }
        return taken;
    }
}
