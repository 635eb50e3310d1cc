package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Device addresses by device, as libvirt once assigned them: a device keeps its own for ever. */
record Addresses(Map<String, Map<String, String>> byDevice) {
    /** Where the model of a PCI controller stands among its address's attributes. */
    static final String CONTROLLER_MODEL = "controllerModel";

    /** The device with its alias, and with its address when it has one. */
    El addressed(El device, String alias) {
        return device.with(el("alias").with("name", alias)).with(address(alias));
    }

    Optional<El> address(String key) {
        return Optional.ofNullable(byDevice.get(key))
                .filter(own -> !isBehindHub(own))
                .map(attributes -> {
                    var own = new TreeMap<>(attributes);
                    own.remove(CONTROLLER_MODEL);
                    return el("address").with(own);
                });
    }

    /** A hub that libvirt added where a controller had too few ports, and that no definition of ours has. */
    private static boolean isBehindHub(Map<String, String> address) {
        return "usb".equals(address.get("type"))
                && address.getOrDefault("port", "").contains(".");
    }
}
