package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.GraphicsType;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.SoundModel;
import dev.meridian.api.v1alpha1.VideoModel;
import dev.meridian.api.v1alpha1.WatchdogAction;
import dev.meridian.domain.machine.BalloonShape;
import dev.meridian.domain.machine.DeviceShapes;
import dev.meridian.domain.machine.InputShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The elements of a machine's devices beside its disks and network interfaces. */
final class DeviceXml {
    /** Names of libvirt's one {@code <audio>}. */
    private static final int AUDIO = 1;

    private DeviceXml() {}

    static List<El> of(DeviceShapes devices, HypervisorType hypervisor, Addresses addresses) {
        var elements = new ArrayList<El>();
        addressed(devices, hypervisor)
                .forEach(device -> elements.add(addresses.addressed(device.element(), device.key())));
        devices.graphics().map(DeviceXml::graphics).ifPresent(elements::add);
        devices.sound().map(_ -> audio(devices)).ifPresent(elements::add);
        if (devices.panic()) {
            elements.add(el("panic").with("model", "isa"));
        }
        if (devices.balloon().isEmpty()) {
            // Left out, libvirt would add one.
            elements.add(el("memballoon").with("model", "none"));
        }
        return elements;
    }

    /** Those that have an address of their own. */
    static List<Device> addressed(DeviceShapes devices, HypervisorType hypervisor) {
        var found = new ArrayList<Device>();
        if (devices.tpm()) {
            found.add(new Device("ua-tpm", Bus.Board, tpm()));
        }
        if (devices.rng() && isVirtual(hypervisor)) {
            found.add(new Device("ua-rng", Bus.RootPort, rng()));
        }
        devices.balloon().ifPresent(b -> found.add(new Device("ua-balloon", Bus.RootPort, balloon(b))));
        devices.watchdog().ifPresent(a -> found.add(new Device("ua-watchdog", Bus.ConventionalPci, watchdog(a))));
        devices.inputs().forEach(input -> found.add(new Device("ua-input-" + input.name(), bus(input), input(input))));
        devices.video().ifPresent(model -> found.add(new Device("ua-video", Bus.Board, video(model))));
        found.addAll(ConsoleXml.more(devices));
        devices.sound().ifPresent(model -> found.add(new Device("ua-sound", bus(model), sound(model))));
        if (devices.vsock()) {
            found.add(new Device("ua-vsock", Bus.RootPort, vsock()));
        }
        return found;
    }

    private static boolean isVirtual(HypervisorType hypervisor) {
        return switch (hypervisor) {
            case KVM, QEMU -> true;
            case Test, Auto -> false;
        };
    }

    /** Its state outlives the domain: an undefine says whether it is to go. */
    static El tpm() {
        return el("tpm")
                .with("model", "tpm-crb")
                .with(el("backend")
                        .with("type", "emulator")
                        .with("version", "2.0")
                        .with("persistent_state", "yes"));
    }

    private static El rng() {
        return el("rng")
                .with("model", "virtio")
                .with(el("backend").with("model", "random").text("/dev/urandom"));
    }

    private static El balloon(BalloonShape balloon) {
        return el("memballoon")
                .with("model", "virtio")
                .with("freePageReporting", balloon.freePageReporting() ? "on" : "off");
    }

    private static El watchdog(WatchdogAction action) {
        return el("watchdog")
                .with("model", "i6300esb")
                .with(
                        "action",
                        switch (action) {
                            case Reset -> "reset";
                            case Poweroff -> "poweroff";
                            case Shutdown -> "shutdown";
                            case Pause -> "pause";
                            case None -> "none";
                            case InjectNMI -> "inject-nmi";
                        });
    }

    private static El input(InputShape input) {
        return el("input").with("type", input.type()).with("bus", input.bus());
    }

    private static Bus bus(InputShape input) {
        return switch (input.bus()) {
            case usb -> Bus.Usb;
            case virtio -> Bus.RootPort;
        };
    }

    private static El video(VideoModel model) {
        return el("video").with(el("model").with("type", model));
    }

    /** In a directory of the domain's own, by a name that libvirt gives. */
    private static El graphics(GraphicsType type) {
        var protocol = switch (type) {
            case VNC -> "vnc";
            case SPICE -> "spice";
        };
        return el("graphics").with("type", protocol).with(el("listen").with("type", "socket"));
    }

    private static El sound(SoundModel model) {
        return el("sound").with("model", model).with(el("audio").with("id", AUDIO));
    }

    private static Bus bus(SoundModel model) {
        return switch (model) {
            case ich9 -> Bus.Board;
            case ac97 -> Bus.ConventionalPci;
        };
    }

    /** Without SPICE nobody hears it: the node's own sound card is not a machine's. */
    private static El audio(DeviceShapes devices) {
        var heard = devices.graphics().equals(Optional.of(GraphicsType.SPICE));
        return el("audio").with("id", AUDIO).with("type", heard ? "spice" : "none");
    }

    private static El vsock() {
        return el("vsock").with("model", "virtio").with(el("cid").with("auto", "yes"));
    }
}
