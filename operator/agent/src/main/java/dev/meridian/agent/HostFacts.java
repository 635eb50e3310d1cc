package dev.meridian.agent;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.LibvirtException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What a node's libvirt says of itself in its capabilities. */
final class HostFacts {
    private static final Pattern DAC_LABEL = Pattern.compile("\\+\\d+:\\+(\\d+)");

    private final Connection connection;
    private final Element capabilities;

    HostFacts(Connection connection) {
        this.connection = connection;
        this.capabilities = parse(connection.capabilities());
    }

    /** Empty for a driver that has none. */
    String hostUUID() {
        return elements(capabilities, "host").stream()
                .flatMap(host -> elements(host, "uuid").stream())
                .map(Element::getTextContent)
                .findFirst()
                .orElse("");
    }

    /** As the driver of ordinary file permissions says it: {@code +64055:+64055} is user and group. */
    Optional<String> qemuGroup() {
        return elements(capabilities, "secmodel").stream()
                .filter(model -> elements(model, "model").stream()
                        .anyMatch(name -> name.getTextContent().equals("dac")))
                .flatMap(model -> elements(model, "baselabel").stream())
                .map(Element::getTextContent)
                .map(DAC_LABEL::matcher)
                .filter(Matcher::matches)
                .map(label -> label.group(1))
                .findFirst();
    }

    Map<HypervisorType, DomainTypeFacts> types() {
        var types = new EnumMap<HypervisorType, DomainTypeFacts>(HypervisorType.class);
        for (var guest : elements(capabilities, "guest")) {
            for (var arch : elements(guest, "arch")) {
                if (isNative(arch.getAttribute("name"))) {
                    elements(arch, "domain")
                            .forEach(domain -> typeOf(domain.getAttribute("type"))
                                    .ifPresent(
                                            type -> types.putIfAbsent(type, facts(arch, domain.getAttribute("type")))));
                }
            }
        }
        return types;
    }

    /** The test driver speaks of a machine of its own; every other arch must be the host's. */
    private boolean isNative(String arch) {
        return connection.uri().startsWith("test")
                || arch.equals(connection.nodeInfo().model());
    }

    private static Optional<HypervisorType> typeOf(String libvirtName) {
        return switch (libvirtName) {
            case "kvm" -> cpuVirtualises() ? Optional.of(HypervisorType.KVM) : Optional.empty();
            case "qemu" -> Optional.of(HypervisorType.QEMU);
            case "test" -> Optional.of(HypervisorType.Test);
            default -> Optional.empty();
        };
    }

    /** /dev/kvm may open where the CPU has no virtualisation, and Linux then hangs: the CPU's flags decide. */
    static boolean cpuVirtualises() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return !"amd64".equals(System.getProperty("os.arch"))
                    || lines.filter(line -> line.startsWith("flags"))
                            .anyMatch(line -> line.contains(" vmx") || line.contains(" svm"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DomainTypeFacts facts(Element arch, String libvirtName) {
        var emulator =
                elements(arch, "emulator").stream().map(Element::getTextContent).findFirst();
        var machines = machines(arch, libvirtName);
        var offers = offers(emulator, arch.getAttribute("name"), machines, libvirtName);
        return new DomainTypeFacts(
                libvirtName,
                arch.getAttribute("name"),
                emulator,
                machines,
                cpuModels(offers),
                offers.map(this::cpuFeatures).orElse(List.of()),
                enumerations(offers));
    }

    private static Set<String> machines(Element arch, String libvirtName) {
        var machines = new LinkedHashSet<String>();
        if (!libvirtName.equals("test")) {
            elements(arch, "machine").forEach(machine -> {
                machines.add(machine.getTextContent());
                machines.add(machine.getAttribute("canonical"));
            });
            machines.remove("");
        }
        return machines;
    }

    private static List<String> cpuModels(Optional<Element> offers) {
        var models = new ArrayList<String>();
        for (var mode : offers.map(domain -> elements(domain, "mode")).orElse(List.of())) {
            if (mode.getAttribute("supported").equals("yes")) {
                switch (mode.getAttribute("name")) {
                    case "custom" ->
                        elements(mode, "model").stream()
                                .filter(model -> !model.getAttribute("usable").equals("no"))
                                .forEach(model -> models.add(model.getTextContent()));
                    case String name -> models.add(name);
                }
            }
        }
        return models;
    }

    /** Of the CPU that libvirt makes of the host's; under KVM also what the host's own has beside it, such as invtsc. */
    private List<String> cpuFeatures(Element offers) {
        var features = new TreeSet<String>();
        for (var mode : elements(offers, "mode")) {
            if (mode.getAttribute("name").equals("host-model")
                    && mode.getAttribute("supported").equals("yes")) {
                elements(parse(expanded(offers, mode)), "feature").stream()
                        .filter(feature -> feature.getAttribute("policy").equals("require"))
                        .forEach(feature -> features.add(feature.getAttribute("name")));
            }
        }
        if (!features.isEmpty() && text(offers, "domain").equals("kvm")) {
            elements(capabilities, "host").stream()
                    .flatMap(host -> elements(host, "cpu").stream())
                    .flatMap(cpu -> elements(cpu, "feature").stream())
                    .forEach(feature -> features.add(feature.getAttribute("name")));
        }
        return List.copyOf(features);
    }

    private String expanded(Element offers, Element hostModel) {
        var features = elements(hostModel, "feature").stream()
                .map(feature -> el("feature")
                        .with("policy", feature.getAttribute("policy"))
                        .with("name", feature.getAttribute("name")))
                .toList();
        var cpu = el("cpu").with(el("model").text(text(hostModel, "model"))).with(features);
        return connection.expandCpu(
                text(offers, "path"),
                text(offers, "arch"),
                text(offers, "machine"),
                text(offers, "domain"),
                cpu.toXml());
    }

    private static String text(Element parent, String name) {
        return elements(parent, name).getFirst().getTextContent();
    }

    /** Values by enumeration, each named with what it is of: video.modelType. */
    private static Map<String, Set<String>> enumerations(Optional<Element> offers) {
        var values = new TreeMap<String, Set<String>>();
        for (var enumeration : offers.map(domain -> elements(domain, "enum")).orElse(List.of())) {
            if (enumeration.getParentNode() instanceof Element of) {
                values.put(
                        of.getTagName() + "." + enumeration.getAttribute("name"),
                        elements(enumeration, "value").stream()
                                .map(Element::getTextContent)
                                .collect(Collectors.toUnmodifiableSet()));
            }
        }
        return values;
    }

    /** Of the board that machines have if nothing is said; empty for a driver that does not tell. */
    private Optional<Element> offers(Optional<String> emulator, String arch, Set<String> machines, String libvirtName) {
        try {
            return Optional.of(parse(connection.domainCapabilities(
                    emulator.orElse(null), arch, machines.contains("q35") ? "q35" : null, libvirtName)));
        } catch (LibvirtException e) {
            if (e.is(ErrorKind.UNSUPPORTED)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagName(name);
        var elements = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }

    private static Element parse(String xml) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Document document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
            return document.getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("capabilities that are no XML", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
