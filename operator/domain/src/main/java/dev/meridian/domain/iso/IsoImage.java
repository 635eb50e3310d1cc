package dev.meridian.domain.iso;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A small ISO 9660 file system with Joliet's long names (ECMA-119; Joliet Specification 1995). The same files give the
 * same bytes: it holds no time. Own code, for Java's only library of the kind is kept by nobody and writes the time.
 */
public final class IsoImage {
    private static final int SECTOR = 2048;
    private static final int TERMINATOR = 18;
    private static final int FIRST_DIRECTORY = 23;
    private static final int LABEL = 16;

    /** In Joliet as Windows and mkisofs take it; the specification's own bound is 64. */
    public static final int LONGEST_NAME = 103;

    /** Where the name stands in a directory record. */
    private static final int NAME = 33;

    private static final byte DIRECTORY = 2;
    private static final byte[] JOLIET_LEVEL_3 = {'%', '/', 'E'};

    /** How names are written: in the one of the two trees that every reader knows, or in that of the long names. */
    private enum Names {
        SHORT(16, 19),
        JOLIET(17, 21);

        /** Sector of the volume descriptor. */
        private final int descriptor;

        /** Sector of the path table in little-endian; that in big-endian follows. */
        private final int pathTable;

        Names(int descriptor, int pathTable) {
            this.descriptor = descriptor;
            this.pathTable = pathTable;
        }

        byte[] of(Node node) {
            return switch (this) {
                case SHORT -> node.shortName.getBytes(StandardCharsets.US_ASCII);
                case JOLIET -> node.name.getBytes(StandardCharsets.UTF_16BE);
            };
        }

        byte[] text(String text, int bytes) {
            var padded = text + " ".repeat(bytes);
            return Arrays.copyOf(
                    padded.getBytes(
                            switch (this) {
                                case SHORT -> StandardCharsets.US_ASCII;
                                case JOLIET -> StandardCharsets.UTF_16BE;
                            }),
                    bytes);
        }
    }

    /** A file, or a directory with what is in it. */
    private static final class Node {
        private final String name;
        private final String shortName;
        private final @Nullable Node parent;
        private final byte @Nullable [] content;
        private final List<Node> children = new ArrayList<>();
        private final Map<Names, Integer> sectors = new HashMap<>();

        Node(String name, @Nullable Node parent, byte @Nullable [] content) {
            this.name = name;
            this.parent = parent;
            this.content = content;
            this.shortName = shortName();
        }

        /** Of eight letters and a suffix of three; one that its directory has already ends with a number. */
        private String shortName() {
            var upper = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9.]", "_");
            var dot = upper.lastIndexOf('.');
            var stem = dot < 0 ? upper : upper.substring(0, dot).replace('.', '_');
            var suffix = content == null ? "" : "." + cut(dot < 0 ? "" : upper.substring(dot + 1), 3) + ";1";
            return IntStream.iterate(0, number -> number + 1)
                    .mapToObj(number -> number == 0 ? cut(stem, 8) : "%s%04d".formatted(cut(stem, 4), number))
                    .map(numbered -> numbered + suffix)
                    .filter(made ->
                            parent == null || parent.children.stream().noneMatch(child -> child.shortName.equals(made)))
                    .findFirst()
                    .orElseThrow();
        }

        private static String cut(String text, int length) {
            return text.substring(0, Math.min(length, text.length()));
        }

        /** The root is its own. */
        Node parent() {
            return parent == null ? this : parent;
        }
    }

    private final String label;
    private final Node root = new Node("", null, null);
    private final List<Node> directories = new ArrayList<>(List.of(root));
    private final List<Node> files = new ArrayList<>();

    private IsoImage(String label, SortedMap<String, byte[]> contents) {
        this.label = label;
        contents.forEach(this::add);
        directories.sort((a, b) -> Integer.compare(depth(a), depth(b)));
    }

    /**
     * @param label of at most 16 characters
     * @param files content by path, such as {@code openstack/latest/user_data}; a name has at most {@value #LONGEST_NAME}
     *     characters
     */
    public static byte[] of(String label, SortedMap<String, byte[]> files) {
        if (label.length() > LABEL) {
            throw new IllegalArgumentException("label %s is longer than %d characters".formatted(label, LABEL));
        }
        files.keySet().stream()
                .flatMap(path -> Arrays.stream(path.split("/", -1)))
                .filter(name -> name.length() > LONGEST_NAME)
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "name %s is longer than %d characters".formatted(name, LONGEST_NAME));
                });
        return new IsoImage(label, files).bytes();
    }

    private void add(String path, byte[] content) {
        var directory = root;
        var names = path.split("/", -1);
        for (var name : Arrays.copyOf(names, names.length - 1)) {
            directory = directory(directory, name);
        }
        files.add(child(directory, new Node(names[names.length - 1], directory, content)));
    }

    private Node directory(Node parent, String name) {
        return parent.children.stream()
                .filter(child -> child.name.equals(name) && child.content == null)
                .findFirst()
                .orElseGet(() -> {
                    var made = child(parent, new Node(name, parent, null));
                    directories.add(made);
                    return made;
                });
    }

    private static Node child(Node parent, Node child) {
        parent.children.add(child);
        return child;
    }

    private static int depth(Node node) {
        return node.parent == null ? 0 : depth(node.parent) + 1;
    }

    private byte[] bytes() {
        var next = FIRST_DIRECTORY;
        for (var names : Names.values()) {
            for (var directory : directories) {
                directory.sectors.put(names, next);
                next += extentSize(directory, names) / SECTOR;
            }
        }
        for (var file : files) {
            for (var names : Names.values()) {
                file.sectors.put(names, next);
            }
            next += (content(file).length + SECTOR - 1) / SECTOR;
        }
        var out = ByteBuffer.allocate(next * SECTOR);
        for (var names : Names.values()) {
            put(out, names.descriptor, descriptor(names, next));
            put(out, names.pathTable, pathTable(names, ByteOrder.LITTLE_ENDIAN));
            put(out, names.pathTable + 1, pathTable(names, ByteOrder.BIG_ENDIAN));
            directories.forEach(directory -> put(out, sector(directory, names), extent(directory, names)));
        }
        put(out, TERMINATOR, terminator());
        files.forEach(file -> put(out, sector(file, Names.SHORT), content(file)));
        return out.array();
    }

    private static int sector(Node node, Names names) {
        return node.sectors.getOrDefault(names, 0);
    }

    private static void put(ByteBuffer out, int sector, byte[] content) {
        out.put(sector * SECTOR, content);
    }

    private static byte[] content(Node file) {
        return Objects.requireNonNull(file.content);
    }

    private byte[] descriptor(Names names, int size) {
        var out = ByteBuffer.allocate(SECTOR);
        out.put((byte) (names == Names.SHORT ? 1 : 2)).put(standardId()).put((byte) 1);
        out.put(8, names.text("LINUX", 32));
        out.put(40, names.text(label, 32));
        both(out.position(80), size);
        if (names == Names.JOLIET) {
            out.put(88, JOLIET_LEVEL_3);
        }
        both16(out.position(120), 1);
        both16(out, 1);
        both16(out, SECTOR);
        both(out, pathTable(names, ByteOrder.LITTLE_ENDIAN).length);
        out.order(ByteOrder.LITTLE_ENDIAN).putInt(140, names.pathTable);
        out.order(ByteOrder.BIG_ENDIAN).putInt(148, names.pathTable + 1);
        out.put(156, record(root, names, new byte[] {0}));
        out.put(190, names.text("", 128 * 4 + 37 * 3));
        for (int time = 0; time < 4; time++) {
            out.put(813 + 17 * time, noTime());
        }
        out.put(881, (byte) 1);
        return out.array();
    }

    private static byte[] terminator() {
        return ByteBuffer.allocate(7)
                .put((byte) 255)
                .put(standardId())
                .put((byte) 1)
                .array();
    }

    private static byte[] standardId() {
        return "CD001".getBytes(StandardCharsets.US_ASCII);
    }

    /** Sixteen digits and a time zone: none is given. */
    private static byte[] noTime() {
        var none = new byte[17];
        Arrays.fill(none, 0, 16, (byte) '0');
        return none;
    }

    private byte[] pathTable(Names names, ByteOrder order) {
        var out = ByteBuffer.allocate(SECTOR).order(order);
        for (var directory : directories) {
            var name = directory == root ? new byte[] {0} : names.of(directory);
            out.put((byte) name.length).put((byte) 0).putInt(sector(directory, names));
            out.putShort((short) (directories.indexOf(directory.parent()) + 1)).put(name);
            if (name.length % 2 == 1) {
                out.put((byte) 0);
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** A directory's records, none of which lies across the end of a sector. */
    private static byte[] extent(Node directory, Names names) {
        var out = ByteBuffer.allocate(extentSize(directory, names));
        out.put(record(directory, names, new byte[] {0}));
        out.put(record(directory.parent(), names, new byte[] {1}));
        sorted(directory, names).stream()
                .map(child -> record(child, names, names.of(child)))
                .forEach(record ->
                        out.position(placeOf(record.length, out.position())).put(record));
        return out.array();
    }

    private static int extentSize(Node directory, Names names) {
        var end = 2 * (NAME + 1);
        for (var child : sorted(directory, names)) {
            var length = recordLength(names.of(child));
            end = placeOf(length, end) + length;
        }
        return (end + SECTOR - 1) / SECTOR * SECTOR;
    }

    private static int placeOf(int length, int end) {
        return end / SECTOR == (end + length - 1) / SECTOR ? end : (end / SECTOR + 1) * SECTOR;
    }

    private static List<Node> sorted(Node directory, Names names) {
        return directory.children.stream()
                .sorted((a, b) -> Arrays.compareUnsigned(names.of(a), names.of(b)))
                .toList();
    }

    private static int recordLength(byte[] name) {
        return (NAME + name.length + 1) / 2 * 2;
    }

    private static byte[] record(Node node, Names names, byte[] name) {
        var length = recordLength(name);
        var out = ByteBuffer.allocate(length).put((byte) length).put((byte) 0);
        both(out, sector(node, names));
        both(out, node.content == null ? extentSize(node, names) : node.content.length);
        out.position(25).put(node.content == null ? DIRECTORY : 0);
        both16(out.position(28), 1);
        return out.put((byte) name.length).put(name).array();
    }

    private static void both(ByteBuffer out, int value) {
        out.order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .order(ByteOrder.BIG_ENDIAN)
                .putInt(value);
    }

    private static void both16(ByteBuffer out, int value) {
        out.order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) value)
                .order(ByteOrder.BIG_ENDIAN)
                .putShort((short) value);
    }
}
