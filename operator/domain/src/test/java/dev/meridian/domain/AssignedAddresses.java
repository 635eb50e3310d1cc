package dev.meridian.domain;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * Device addresses of a q35 machine as libvirt completes them when it defines the domain: a device keeps what the XML
 * gives, each other one takes the first that is free, but a drive the one of its target alone.
 */
final class AssignedAddresses {
    private final Map<String, Map<String, String>> byDevice = new TreeMap<>();
    private final Set<String> taken = new HashSet<>();

    private AssignedAddresses() {}

    static Map<String, Map<String, String>> of(String xml) {
        var assigned = new AssignedAddresses();
        var devices = Xml.children(Xml.parse(xml).getDocumentElement()).stream()
                .filter(element -> element.getTagName().equals("devices"))
                .flatMap(element -> Xml.children(element).stream())
                .filter(device -> key(device) != null && !device.getTagName().equals("tpm"))
                .toList();
        devices.forEach(assigned::keep);
        devices.forEach(assigned::assign);
        return assigned.byDevice;
    }

    private void keep(Element device) {
        child(device, "address").forEach(address -> put(device, attributes(address)));
    }

    private void assign(Element device) {
        if (!byDevice.containsKey(key(device))) {
            put(
                    device,
                    candidates(device).stream()
                            .filter(a -> !taken.contains(place(device, a)))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("libvirt finds no address for " + key(device))));
        }
    }

    private void put(Element device, Map<String, String> address) {
        if (!taken.add(place(device, address))) {
            throw new AssertionError("libvirt refuses a second device at " + address + ": " + key(device));
        }
        var kind = kind(device);
        if (!kind.equals(address.get("type"))) {
            throw new AssertionError("libvirt refuses an address of this kind for " + key(device) + ": " + address);
        }
        var stored = new TreeMap<>(address);
        if (device.getTagName().equals("controller") && device.hasAttribute("model")) {
            stored.put("controllerModel", device.getAttribute("model"));
        }
        byDevice.put(key(device), stored);
    }

    private static String kind(Element device) {
        if (device.getTagName().equals("channel")) {
            return "virtio-serial";
        }
        if (isOfUsb(device)) {
            return "usb";
        }
        return isDrive(device) ? "drive" : "pci";
    }

    private static List<Map<String, String>> candidates(Element device) {
        if (device.getTagName().equals("channel")) {
            return List.of(Map.of("type", "virtio-serial", "controller", "0", "bus", "0", "port", "1"));
        }
        if (isOfUsb(device)) {
            return IntStream.rangeClosed(1, 15)
                    .mapToObj(port -> Map.of("type", "usb", "bus", "0", "port", "" + port))
                    .toList();
        }
        if (isDrive(device)) {
            var unit = child(device, "target").getFirst().getAttribute("dev").charAt(2) - 'a';
            return List.of(Map.of("type", "drive", "controller", "0", "bus", "0", "target", "0", "unit", "" + unit));
        }
        return device.getAttribute("type").equals("pci")
                ? IntStream.range(1, 32).mapToObj(slot -> pci(0, slot)).toList()
                : IntStream.range(1, 32).mapToObj(bus -> pci(bus, 0)).toList();
    }

    private static boolean isOfUsb(Element device) {
        return switch (device.getTagName()) {
            case "input" -> device.getAttribute("bus").equals("usb");
            case "disk" -> bus(device).equals("usb");
            default -> false;
        };
    }

    private static boolean isDrive(Element device) {
        return device.getTagName().equals("disk") && !bus(device).equals("virtio");
    }

    private static String place(Element device, Map<String, String> address) {
        return (isDrive(device) ? bus(device) : kind(device)) + new TreeMap<>(address);
    }

    private static Map<String, String> pci(int bus, int slot) {
        return Map.of("type", "pci", "domain", "0x0000", "bus", hex(bus), "slot", hex(slot), "function", "0x0");
    }

    private static String hex(int number) {
        return "0x%02x".formatted(number);
    }

    private static @Nullable String key(Element device) {
        if (device.getTagName().equals("controller")) {
            var key = "controller-" + device.getAttribute("type") + "-" + device.getAttribute("index");
            var hasAddress = !device.getAttribute("model").equals("none") && !key.equals("controller-pci-0");
            return hasAddress ? key : null;
        }
        return child(device, "alias").stream()
                .map(alias -> alias.getAttribute("name"))
                .findFirst()
                .orElse(null);
    }

    private static String bus(Element disk) {
        return child(disk, "target").getFirst().getAttribute("bus");
    }

    private static List<Element> child(Element device, String name) {
        return Xml.children(device).stream()
                .filter(c -> c.getTagName().equals(name))
                .toList();
    }

    private static Map<String, String> attributes(Element element) {
        var attributes = element.getAttributes();
        return IntStream.range(0, attributes.getLength())
                .mapToObj(attributes::item)
                .collect(Collectors.toMap(a -> a.getNodeName(), a -> a.getNodeValue()));
    }
}
