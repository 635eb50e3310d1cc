package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.HypervisorType;
import java.util.List;

/** The channel of the guest agent, which every guest has: one whose system runs no agent leaves it closed. */
final class GuestAgentXml {
    static final String CHANNEL = "org.qemu.guest_agent.0";
    static final String KEY = "ua-guest-agent";
    static final String CONTROLLER = "controller-virtio-serial-0";

    private GuestAgentXml() {}

    static boolean isOn(HypervisorType hypervisor) {
        return switch (hypervisor) {
            case KVM, QEMU -> true;
            case Test, Auto -> false;
        };
    }

    static List<El> of(HypervisorType hypervisor, Addresses addresses) {
        return isOn(hypervisor)
                ? List.of(
                        el("controller")
                                .with("type", "virtio-serial")
                                .with("index", 0)
                                .with(addresses.address(CONTROLLER)),
                        addresses.addressed(
                                el("channel")
                                        .with("type", "unix")
                                        .with(el("target")
                                                .with("type", "virtio")
                                                .with("name", CHANNEL)),
                                KEY))
                : List.of();
    }
}
