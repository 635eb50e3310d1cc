package dev.meridian.agent;

import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.supply.MountedClaim;
import dev.meridian.libvirt.HypervisorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Block devices as the node's kernel tells them in sysfs.
 *
 * @param sys where that is mounted
 */
record BlockDevices(Path sys) {
    private static final int TYPE = 0170000;
    private static final int BLOCK = 0060000;
    private static final int SECTOR = 512;

    /**
     * Numbers that are given out so that no two devices have one (SPC's designators, NVMe's identifiers), as sd and nvme tell
     * them. Those of company 0 are made up by targets that give each of their disks the same, as tgt does, on which Longhorn
     * is built; of T10's vendor strings and NAA 3 (locally assigned) nobody says that.
     */
    private static final Pattern UNIQUE =
            Pattern.compile("(naa\\.[56](?!000000)|eui\\.(?!000000))[0-9a-f]+|uuid\\.[0-9a-f-]{36}|nvme\\.[0-9a-f-]+");

    /** Mapped devices that are what lies below them and their UUID: paths, volumes, what is encrypted by a kept key. */
    private static final Pattern MAPPED = Pattern.compile("(part[0-9]+-)?mpath-.+|LVM-.+|CRYPT-LUKS.+");

    private static final List<String> OF_IMAGE = List.of("cluster_fsid", "pool_id", "image_id", "snap_id");
    private static final List<String> NAMESPACE = List.of("pool_ns");

    /** So that two of them find room in a message. */
    private static final int LONGEST = 300;

    static BlockDevices ofNode() {
        return new BlockDevices(NodeRoot.seen().resolve(Path.of("/sys")));
    }

    /** The number of a block device, of whatever else nothing. */
    static Optional<String> number(Path path) throws IOException {
        if (((int) Files.getAttribute(path, "unix:mode") & TYPE) != BLOCK) {
            return Optional.empty();
        }
        var number = (long) Files.getAttribute(path, "unix:rdev");
        // As glibc packs its two parts.
        var major = (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
        var minor = (number & 0xff) | (number >>> 12 & ~0xffL);
        return Optional.of(major + ":" + minor);
    }

    /** Numbers of the block devices that it has open. */
    static Set<String> openedBy(HypervisorProcess process) {
        return process.descriptors().stream()
                .flatMap(file -> openNumber(file).stream())
                .collect(Collectors.toSet());
    }

    private static Optional<String> openNumber(Path file) {
        try {
            return number(file);
        } catch (IOException _) { // it was closed since it was listed
            return Optional.empty();
        }
    }

    /** By the node's own name of the device, which nobody else can move. */
    MountedClaim.Block of(String number) throws IOException {
        var known = directory(number);
        return new MountedClaim.Block(
                "/dev/" + name(known), number, Long.parseLong(read(known.resolve("size"))) * SECTOR, brief(known));
    }

    /** What another node tells of the same device as well, and of no other; empty where nobody knows that. */
    Optional<String> identity(String number) throws IOException {
        return brief(directory(number));
    }

    /** A volume may lie on many disks. */
    private Optional<String> brief(Path known) throws IOException {
        return identity(known).map(text -> text.length() <= LONGEST ? text : "sha256:" + Digests.sha256(text));
    }

    private Path directory(String number) throws IOException {
        return followed(sys.resolve(Path.of("dev", "block", number)));
    }

    /** By its words: what resolves a whole path takes the node's root for this process's own. */
    private static Path followed(Path link) throws IOException {
        return link.resolveSibling(Files.readSymbolicLink(link)).normalize();
    }

    private Optional<String> identity(Path known) throws IOException {
        if (Files.exists(known.resolve("partition"))) {
            var start = read(known.resolve("start"));
            return identity(known.resolveSibling("")).map(disk -> "from sector %s of %s".formatted(start, disk));
        }
        var mapped = find(known.resolve("dm/uuid"));
        if (mapped.isPresent()) {
            return MAPPED.matcher(mapped.get()).matches()
                    ? below(known).map(below -> "%s on %s".formatted(mapped.get(), below))
                    : Optional.empty();
        }
        return image(name(known))
                .or(() -> find(known.resolve("wwid"))
                        .or(() -> find(known.resolve("device/wwid")))
                        .filter(wwid -> UNIQUE.matcher(wwid).matches()));
    }

    /** Several paths to one device are one; of what is unknown below it, nothing above is known. */
    private Optional<String> below(Path known) throws IOException {
        var below = new TreeSet<String>();
        try (var slaves = Files.list(known.resolve("slaves"))) {
            for (var slave : slaves.toList()) {
                var identity = identity(followed(slave));
                if (identity.isEmpty()) {
                    return identity;
                }
                below.add(identity.get());
            }
        }
        return below.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", below));
    }

    /** One of Ceph's, by the kernel's own client (Documentation/ABI/testing/sysfs-bus-rbd); format 1 has no id. */
    private Optional<String> image(String name) {
        if (!name.matches("rbd[0-9]+")) {
            return Optional.empty();
        }
        var device = sys.resolve(Path.of("bus", "rbd", "devices", name.substring("rbd".length())));
        var said = said(device, OF_IMAGE);
        // The pool's own namespace has no name, and an older kernel knows no other.
        return said.size() == OF_IMAGE.size()
                ? Optional.of("rbd %s %s"
                        .formatted(String.join(" ", said), String.join(" ", said(device, NAMESPACE)))
                        .strip())
                : Optional.empty();
    }

    private static List<String> said(Path device, List<String> attributes) {
        return attributes.stream()
                .flatMap(name -> find(device.resolve(name)).map(value -> name + "=" + value).stream())
                .toList();
    }

    private static String name(Path known) throws IOException {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(known.resolve("uevent"))) {
            properties.load(in);
        }
        return properties.getProperty("DEVNAME");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    private static Optional<String> find(Path file) {
        try {
            return Optional.of(read(file)).filter(text -> !text.isEmpty());
        } catch (IOException _) { // not every device has it
            return Optional.empty();
        }
    }
}
