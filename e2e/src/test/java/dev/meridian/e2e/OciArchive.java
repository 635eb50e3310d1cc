package dev.meridian.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An image in an archive of OCI's layout, unpacked: what a container of it finds. Each of {@code files} with what is in it and whether
 * it may be run, links within the image followed.
 */
record OciArchive(JsonNode config, Path root, SortedSet<String> files) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ELF = 'F' << 24 | 'L' << 16 | 'E' << 8 | 0x7f;

    /** What an ELF file is for: its {@code e_machine}, of elf.h. */
    enum Machine {
        X86_64(62, "amd64"),
        AARCH64(183, "arm64");

        private final int code;
        private final String architecture;

        Machine(int code, String architecture) {
            this.code = code;
            this.architecture = architecture;
        }

        static Machine of(String architecture) {
            return Stream.of(values())
                    .filter(machine -> machine.architecture.equals(architecture))
                    .findFirst()
                    .orElseThrow();
        }

        private static Machine of(int code) {
            return Stream.of(values())
                    .filter(machine -> machine.code == code)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("an ELF file of machine " + code));
        }
    }

    static OciArchive unpack(Path archive, Path directory) throws IOException {
        var layout = Files.createDirectories(directory.resolve("layout"));
        var root = Files.createDirectories(directory.resolve("root"));
        tar("-xf", archive.toString(), "-C", layout.toString());
        var index = JSON.readTree(layout.resolve("index.json").toFile());
        var manifest =
                JSON.readTree(blob(layout, index.at("/manifests/0/digest")).toFile());
        for (var layer : manifest.path("layers")) {
            tar("-xpf", blob(layout, layer.path("digest")).toString(), "-C", root.toString());
        }
        return new OciArchive(
                JSON.readTree(blob(layout, manifest.at("/config/digest")).toFile())
                        .path("config"),
                root,
                files(root));
    }

    /** Names of files and directories whose mode, as {@code find -perm} has it, is {@code mode}. */
    List<String> withMode(String mode) {
        return Testbed.run(List.of("find", root.toString(), "-perm", mode, "-not", "-type", "l"))
                .orFail()
                .lines()
                .map(line -> name(Path.of(line)))
                .toList();
    }

    List<String> in(String directory) throws IOException {
        try (var entries = Files.list(root.resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** Programs and libraries, with what they are for. */
    SortedMap<String, Machine> elfFiles() throws IOException {
        var found = new TreeMap<String, Machine>();
        try (var all = Files.walk(root)) {
            for (var file : (Iterable<Path>)
                    all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))::iterator) {
                try (var content = Files.newInputStream(file)) {
                    var header = ByteBuffer.wrap(content.readNBytes(20)).order(ByteOrder.LITTLE_ENDIAN);
                    if (header.limit() == 20 && header.getInt(0) == ELF) {
                        found.put(name(file), Machine.of(header.getShort(18)));
                    }
                }
            }
        }
        return found;
    }

    boolean has(String file) {
        return Files.exists(root.resolve(file), LinkOption.NOFOLLOW_LINKS);
    }

    private String name(Path file) {
        return root.relativize(file).toString();
    }

    private static SortedSet<String> files(Path root) throws IOException {
        var files = new TreeSet<String>();
        try (var all = Files.walk(root)) {
            for (var file : (Iterable<Path>) all::iterator) {
                if (Files.isSymbolicLink(file) && Files.readSymbolicLink(file).isAbsolute()) {
                    files.add(root.relativize(file) + " -> " + Files.readSymbolicLink(file));
                } else if (Files.isRegularFile(file)) {
                    files.add(root.relativize(file) + " " + sha256(file)
                            + (Files.isExecutable(file) ? " executable" : ""));
                }
            }
        }
        return files;
    }

    private static Path blob(Path layout, JsonNode digest) {
        return layout.resolve("blobs").resolve(digest.asText().replace(':', '/'));
    }

    private static void tar(String... arguments) {
        var command = new ArrayList<>(List.of("tar", "--warning=no-unknown-keyword"));
        command.addAll(List.of(arguments));
        Testbed.run(command).orFail();
    }

    static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
