package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.ConsoleType;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.ConsoleShape;
import dev.meridian.domain.machine.DeviceShapes;
import dev.meridian.domain.machine.Identity;
import java.util.ArrayList;
import java.util.List;

/** Consoles. Of the serial one that every machine has, virtlogd writes a log and caps it; the name of the file is ours alone. */
public final class ConsoleXml {
    private ConsoleXml() {}

    public static String logPath(Identity machine, Host host) {
        return host.consoleDirectory() + "/" + machine.uid() + ".log";
    }

    static List<El> of(Identity machine, Host host) {
        return List.of(
                el("serial")
                        .with("type", "pty")
                        .with(el("log").with("file", logPath(machine, host)).with("append", "on"))
                        .with(el("target").with("port", 0)),
                el("console")
                        .with("type", "pty")
                        .with(el("target").with("type", "serial").with("port", 0)));
    }

    /** Those beside it, each type counted by itself: the first of either number is taken. */
    static List<Device> more(DeviceShapes devices) {
        var found = new ArrayList<Device>();
        for (var type : ConsoleType.values()) {
            var port = 0;
            for (var console : devices.consoles()) {
                if (console.type() == type) {
                    found.add(of(console, ++port));
                }
            }
        }
        return found;
    }

    private static Device of(ConsoleShape console, int port) {
        var key = "ua-console-" + console.name();
        return switch (console.type()) {
            case Virtio ->
                new Device(
                        key,
                        Bus.VirtioSerial,
                        el("console")
                                .with("type", "pty")
                                .with(el("target").with("type", "virtio").with("port", port)));
            case Serial ->
                new Device(
                        key,
                        Bus.Board,
                        el("serial")
                                .with("type", "pty")
                                .with(el("target").with("type", "isa-serial").with("port", port)));
        };
    }
}
