package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.Bandwidth;
import dev.meridian.api.v1alpha1.BandwidthLimit;
import dev.meridian.domain.machine.Attachment;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** The {@code <interface>} elements. */
public final class InterfaceXml {
    private InterfaceXml() {}

    static List<El> of(Identity machine, List<InterfaceShape> interfaces, MachineDocument document) {
        return interfaces.stream().map(nic -> of(machine, nic, document)).toList();
    }

    /** One interface, to tell libvirt of a change. */
    public static String device(Identity machine, InterfaceShape nic, MachineDocument document) {
        return of(machine, nic, document).toXml();
    }

    private static El of(Identity machine, InterfaceShape nic, MachineDocument document) {
        var attachment = Optional.ofNullable(document.attachments().get(nic.name()));
        return new Addresses(document.addresses())
                .addressed(
                        el("interface")
                                .with("type", "network")
                                .with(el("mac").with("address", MacAddresses.of(machine, nic)))
                                .with(el("source")
                                        .with(
                                                "network",
                                                attachment
                                                        .map(Attachment::network)
                                                        .orElse("default")))
                                .with(el("model").with("type", nic.model()))
                                .with(nic.queues().map(count -> el("driver").with("queues", count)))
                                .with(nic.bandwidth().map(InterfaceXml::bandwidth))
                                .with(attachment.flatMap(InterfaceXml::filter))
                                .with(link(nic)),
                        key(nic));
    }

    private static El bandwidth(Bandwidth bandwidth) {
        return el("bandwidth")
                .with(Optional.ofNullable(bandwidth.inbound()).map(limit -> limit("inbound", limit)))
                .with(Optional.ofNullable(bandwidth.outbound()).map(limit -> limit("outbound", limit)));
    }

    private static El limit(String direction, BandwidthLimit limit) {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("average", limit.averageKilobytesPerSecond().toString());
        if (limit.peakKilobytesPerSecond() != null) {
            attributes.put("peak", limit.peakKilobytesPerSecond().toString());
        }
        if (limit.burstKilobytes() != null) {
            attributes.put("burst", limit.burstKilobytes().toString());
        }
        return el(direction).with(attributes);
    }

    private static Optional<El> filter(Attachment attachment) {
        return Optional.ofNullable(attachment.filter())
                .map(name -> el("filterref")
                        .with("filter", name)
                        .with(Optional.ofNullable(attachment.address())
                                .filter(_ -> name.endsWith("-address"))
                                .map(address ->
                                        el("parameter").with("name", "IP").with("value", address))));
    }

    /** Up is what libvirt takes for granted. */
    private static Optional<El> link(InterfaceShape nic) {
        return switch (nic.linkState()) {
            case Up -> Optional.empty();
            case Down -> Optional.of(el("link").with("state", "down"));
        };
    }

    static String key(InterfaceShape nic) {
        return "ua-interface-" + nic.name();
    }
}
