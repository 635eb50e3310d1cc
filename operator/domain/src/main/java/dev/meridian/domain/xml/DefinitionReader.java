package dev.meridian.domain.xml;

import dev.meridian.domain.metadata.ChosenFirmware;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads a domain's XML once, from front to back. */
public final class DefinitionReader {
    private static final XMLInputFactory FACTORY = factory();

    private final Deque<String> path = new ArrayDeque<>();
    private final Map<String, Map<String, String>> addresses = new TreeMap<>();
    private Optional<String> document = Optional.empty();
    private Optional<Coming> coming = Optional.empty();
    private Optional<String> machineType = Optional.empty();
    private Optional<Long> clockAdjustment = Optional.empty();
    private boolean guestAgentConnected;
    private String loader = "";
    private Map<String, String> loaderAttributes = Map.of();
    private Map<String, String> nvramAttributes = Map.of();

    private @Nullable String deviceKey;
    private @Nullable Map<String, String> deviceAddress;
    private @Nullable String controllerModel;

    private DefinitionReader() {}

    /** @throws IllegalArgumentException when the text is no XML */
    public static Definition read(String xml) {
        try {
            return new DefinitionReader().walk(FACTORY.createXMLStreamReader(new StringReader(xml)));
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("domain XML: " + e.getMessage(), e);
        }
    }

    private Definition walk(XMLStreamReader in) throws XMLStreamException {
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> start(in);
                case XMLStreamConstants.END_ELEMENT -> end();
                default -> {}
            }
        }
        return new Definition(
                document, coming, machineType, addresses, clockAdjustment, firmware(), guestAgentConnected);
    }

    private void start(XMLStreamReader in) throws XMLStreamException {
        path.addLast(in.getLocalName());
        switch (String.join("/", path)) {
            case "domain/os/type" -> machineType = Optional.ofNullable(in.getAttributeValue(null, "machine"));
            case "domain/os/loader" -> {
                loaderAttributes = attributes(in);
                loader = in.getElementText();
                path.removeLast();
            }
            case "domain/os/nvram" -> nvramAttributes = attributes(in);
            case "domain/clock" -> clock(in);
            case "domain/devices/channel/target" -> channel(in);
            case "domain/metadata/machine" -> {
                if (DomainXml.METADATA_NAMESPACE.equals(in.getNamespaceURI())) {
                    document = Optional.of(in.getElementText());
                    path.removeLast();
                }
            }
            case "domain/metadata/" + PlaceXml.ELEMENT -> {
                if (DomainXml.METADATA_NAMESPACE.equals(in.getNamespaceURI())) {
                    coming = Coming.of(attributes(in));
                }
            }
            default -> device(in);
        }
    }

    private void clock(XMLStreamReader in) {
        var adjustment = in.getAttributeValue(null, "adjustment");
        if (adjustment != null
                && "variable".equals(in.getAttributeValue(null, "offset"))
                && "utc".equals(in.getAttributeValue(null, "basis"))) {
            clockAdjustment = Optional.of(Long.parseLong(adjustment));
        }
    }

    private void channel(XMLStreamReader in) {
        if (GuestAgentXml.CHANNEL.equals(in.getAttributeValue(null, "name"))) {
            guestAgentConnected = "connected".equals(in.getAttributeValue(null, "state"));
        }
    }

    private void device(XMLStreamReader in) {
        if (path.size() < 3 || !path.contains("devices")) {
            return;
        }
        var name = in.getLocalName();
        if (path.size() == 3 && name.equals("controller")) {
            deviceKey = "controller-" + in.getAttributeValue(null, "type") + "-" + in.getAttributeValue(null, "index");
            controllerModel = in.getAttributeValue(null, "model");
        } else if (path.size() == 4 && name.equals("alias") && deviceKey == null) {
            deviceKey = in.getAttributeValue(null, "name");
        } else if (path.size() == 4 && name.equals("address")) {
            deviceAddress = attributes(in);
        }
    }

    private static Map<String, String> attributes(XMLStreamReader in) {
        var attributes = new TreeMap<String, String>();
        for (int i = 0; i < in.getAttributeCount(); i++) {
            attributes.put(in.getAttributeLocalName(i), in.getAttributeValue(i));
        }
        return attributes;
    }

    /** Before a start libvirt may not have chosen one, nor the template of its NVRAM. */
    private Optional<ChosenFirmware> firmware() {
        return loader.isEmpty() || !nvramAttributes.containsKey("template")
                ? Optional.empty()
                : Optional.of(new ChosenFirmware(loader, loaderAttributes, nvramAttributes));
    }

    private void end() {
        if (path.size() == 3) {
            endDevice();
        }
        path.removeLast();
    }

    private void endDevice() {
        if (deviceKey != null && deviceAddress != null && isOurs(deviceKey)) {
            if (controllerModel != null) {
                deviceAddress.put(Addresses.CONTROLLER_MODEL, controllerModel);
            }
            addresses.put(deviceKey, deviceAddress);
        }
        deviceKey = null;
        deviceAddress = null;
        controllerModel = null;
    }

    private static boolean isOurs(String key) {
        return key.startsWith("ua-")
                || key.startsWith("controller-pci-")
                || key.startsWith("controller-scsi-")
                || key.startsWith("controller-usb-")
                || key.startsWith("controller-virtio-serial-");
    }

    private static XMLInputFactory factory() {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        // Without DTD only XML's own five entities are left, as many as a text needs: the JDK would stop at 100,000.
        factory.setProperty("jdk.xml.maxGeneralEntitySizeLimit", "0");
        factory.setProperty("jdk.xml.totalEntitySizeLimit", "0");
        return factory;
    }
}
