package dev.meridian.domain.guest;

import dev.meridian.api.v1alpha1.GuestFilesystem;
import dev.meridian.api.v1alpha1.GuestOs;
import dev.meridian.api.v1alpha1.GuestStatus;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a guest agent told of its guest, bounded in number, length and characters. */
public record GuestInfo(GuestStatus status, List<GuestInterface> interfaces) {
    private static final int MOST_FILESYSTEMS = 16;
    private static final int MOST_INTERFACES = 128;
    private static final int MOST_ADDRESSES = 32;
    private static final int LONGEST_ADDRESS = 45;

    public GuestInfo {
        interfaces = List.copyOf(interfaces);
    }

    /**
     * Of the guest's own words.
     *
     * @param told by the names of libvirt's virDomainGetGuestInfo
     * @param agentVersion as the agent's answer to guest-info has it
     */
    public static GuestInfo of(Map<String, String> told, Optional<String> agentVersion) {
        return new GuestInfo(
                new GuestStatus(
                        text(told, "hostname", 253),
                        os(told),
                        agentVersion
                                .flatMap(version -> GuestText.of(version, 63))
                                .orElse(null),
                        text(told, "timezone.name", 63),
                        filesystems(told)),
                interfaces(told));
    }

    /** Those of one network card: a bridge or bond of the guest may bear its address too. */
    public Optional<GuestInterface> card(String macAddress) {
        var same = interfaces.stream()
                .filter(nic -> nic.macAddress().equals(macAddress))
                .toList();
        return same.stream().findFirst().map(first -> new GuestInterface(first.name(), macAddress, merged(same)));
    }

    private static List<String> merged(List<GuestInterface> same) {
        return sorted(same.stream().flatMap(nic -> nic.addresses().stream()));
    }

    private static @Nullable GuestOs os(Map<String, String> told) {
        var os = new GuestOs(
                text(told, "os.id", 63),
                text(told, "os.name", 127),
                text(told, "os.version-id", 127),
                text(told, "os.pretty-name", 127),
                text(told, "os.kernel-release", 127),
                text(told, "os.machine", 63));
        return os.equals(new GuestOs(null, null, null, null, null, null)) ? null : os;
    }

    private static List<GuestFilesystem> filesystems(Map<String, String> told) {
        var byMountPoint = new TreeMap<String, GuestFilesystem>();
        numbered(told, "fs").forEach(fs -> filesystem(told, fs).ifPresent(f -> byMountPoint.put(f.mountPoint(), f)));
        return byMountPoint.values().stream().limit(MOST_FILESYSTEMS).toList();
    }

    private static Optional<GuestFilesystem> filesystem(Map<String, String> told, String fs) {
        return GuestText.of(told.get(fs + "mountpoint"), 255)
                .map(mountPoint -> new GuestFilesystem(
                        mountPoint,
                        text(told, fs + "name", 63),
                        text(told, fs + "fstype", 63),
                        bytes(told, fs + "total-bytes"),
                        bytes(told, fs + "used-bytes")));
    }

    private static List<GuestInterface> interfaces(Map<String, String> told) {
        return numbered(told, "if")
                .filter(nic -> told.containsKey(nic + "hwaddr"))
                .limit(MOST_INTERFACES)
                .map(nic -> new GuestInterface(
                        GuestText.of(told.get(nic + "name"), 63),
                        told.getOrDefault(nic + "hwaddr", "").toLowerCase(Locale.ROOT),
                        sorted(numbered(told, nic + "addr").map(address -> told.getOrDefault(address + "addr", "")))))
                .filter(nic -> nic.macAddress().length() == 17)
                .toList();
    }

    /** IPv4 before IPv6; none that means something on the guest's own links alone. */
    private static List<String> sorted(Stream<String> addresses) {
        return addresses
                .flatMap(text -> address(text).stream())
                .distinct()
                .sorted(Comparator.comparing((String address) -> address.contains(":"))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST_ADDRESSES)
                .toList();
    }

    private static Optional<String> address(String text) {
        if (text.length() > LONGEST_ADDRESS || text.contains("%")) {
            return Optional.empty();
        }
        try {
            var address = InetAddress.ofLiteral(text);
            var isTold = !address.isAnyLocalAddress()
                    && !address.isLoopbackAddress()
                    && !address.isLinkLocalAddress()
                    && !address.isMulticastAddress();
            return isTold ? Optional.of(literal(text, address)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Java writes IPv6 without its short forms. */
    private static String literal(String text, InetAddress address) {
        return address instanceof Inet4Address ? address.getHostAddress() : text.toLowerCase(Locale.ROOT);
    }

    /** {@code fs} is told as fs.count, fs.0.name, fs.1.name and so on. */
    private static Stream<String> numbered(Map<String, String> told, String what) {
        return IntStream.range(0, told.size())
                .mapToObj(i -> what + "." + i + ".")
                .takeWhile(prefix -> told.keySet().stream().anyMatch(field -> field.startsWith(prefix)));
    }

    private static @Nullable String text(Map<String, String> told, String field, int most) {
        return GuestText.of(told.get(field), most).orElse(null);
    }

    private static @Nullable Long bytes(Map<String, String> told, String field) {
        try {
            var bytes = Long.parseLong(told.getOrDefault(field, ""));
            return bytes < 0 ? null : (Long) bytes;
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
