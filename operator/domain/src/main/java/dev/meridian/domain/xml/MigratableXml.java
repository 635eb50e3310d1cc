package dev.meridian.domain.xml;

import java.util.regex.Pattern;

/** The running domain's XML as another node takes it: what is this node's alone is left out, and no part of the guest. */
public final class MigratableXml {
    /** On which CPUs of this node its threads are kept; elements that libvirt writes without content. */
    private static final Pattern PINS = Pattern.compile("\\s*<(vcpupin|emulatorpin|iothreadpin) [^<>]*/>");

    private static final Pattern CPUS = Pattern.compile("(<vcpu [^<>]*?) cpuset='[^']*'");

    private MigratableXml() {}

    /** @param xml as libvirt writes it for a migration */
    public static String unpinned(String xml) {
        return CPUS.matcher(PINS.matcher(xml).replaceAll("")).replaceAll("$1");
    }
}
