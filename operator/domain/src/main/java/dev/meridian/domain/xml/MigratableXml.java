package dev.meridian.domain.xml;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The running domain's XML as another node takes it: what is this node's alone is left out, and no part of the guest. */
public final class MigratableXml {
    /** On which CPUs of this node its threads are kept; elements that libvirt writes without content. */
    private static final Pattern PINS = Pattern.compile("\\s*<(vcpupin|emulatorpin|iothreadpin) [^<>]*/>");

    private static final Pattern CPUS = Pattern.compile("(<vcpu [^<>]*?) cpuset='[^']*'");

    /** Of disks, as libvirt writes it; other devices have none by that name that is a path in {@code /dev}. */
    private static final Pattern DEVICE = Pattern.compile("(<source dev=')(/dev/[^']*)'");

    private MigratableXml() {}

    /** @param xml as libvirt writes it for a migration */
    public static String unpinned(String xml) {
        return CPUS.matcher(PINS.matcher(xml).replaceAll("")).replaceAll("$1");
    }

    /**
     * With the other node's names of the devices that its disks are.
     *
     * @param there by the names that they have here
     */
    public static String withDevices(String xml, Map<String, String> there) {
        return DEVICE.matcher(xml)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) + there.getOrDefault(found.group(2), found.group(2)) + "'"));
    }
}
