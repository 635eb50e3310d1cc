package dev.meridian.agent;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.api.v1alpha1.RetainedDisk;
import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.machine.DiskSizes;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.plan.NewFile;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The disks that outlive their machines. While a machine lives, a mark beside its files says which those are. When it is
 * deleted each moves into a directory of its own, whose parent is the namespace's, of its name and uid: another
 * namespace of the same name is not given them. A machine that is given one has its file moved to its own, so that no
 * other finds it.
 */
final class RetainedDisks {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MARK = ".retain";
    private static final String FORMAT = ".qcow2";
    private static final String DISK = "disk" + FORMAT;
    private static final String ABOUT = "about.json";

    /** Begins the rest of a file's name that is the name of a retained disk. */
    private static final String ADOPTED = "__";

    /** What the node remembers of a retained disk. */
    record About(String machine, String uid, String disk, String retainedAt) {}

    private final Path root;
    private final Namespaces namespaces;
    private final InstantSource clock;
    private final Runnable changed;

    /** Where the uid of a namespace is known. */
    interface Namespaces {
        /** Nothing of a namespace that is not. */
        Optional<String> uid(String name);

        static Namespaces of(KubernetesClient client) {
            return name -> Optional.ofNullable(
                            client.namespaces().withName(name).get())
                    .map(namespace -> namespace.getMetadata().getUid());
        }
    }

    /** @param changed told when there are others */
    RetainedDisks(Path root, Namespaces namespaces, InstantSource clock, Runnable changed) {
        this.root = root;
        this.namespaces = namespaces;
        this.clock = clock;
        this.changed = changed;
    }

    Path root() {
        return root;
    }

    /** Disks that are to outlive the machine whose files lie in {@code directory}. */
    static Set<String> marked(Path directory) {
        var marked = new TreeSet<String>();
        try (var marks = Files.newDirectoryStream(directory, "*" + MARK)) {
            marks.forEach(mark -> marked.add(stem(mark, MARK)));
        } catch (NoSuchFileException _) {
            return Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return marked;
    }

    void mark(Identity machine, Path directory, List<String> retained, List<String> deleted) {
        if (!retained.isEmpty()) {
            var namespace = uid(machine.namespace());
            retained.forEach(disk -> mark(directory, disk, namespace));
        }
        try {
            for (var disk : deleted) {
                Files.deleteIfExists(directory.resolve(disk + MARK));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void mark(Path directory, String disk, String namespaceUid) {
        MachineFiles.write(
                new NewFile(directory.resolve(disk + MARK).toString(), namespaceUid.getBytes(StandardCharsets.UTF_8)));
    }

    private String uid(String namespace) {
        try {
            return namespaces
                    .uid(namespace)
                    .orElseThrow(() -> new UncheckedIOException(new IOException("there is no namespace " + namespace)));
        } catch (KubernetesClientException e) {
            throw new UncheckedIOException(
                    new IOException("the API server does not tell the uid of namespace " + namespace, e));
        }
    }

    /** The file of a retained disk that the namespace's machines may have. */
    Optional<Path> find(String namespace, String name) {
        return namespaces
                .uid(namespace)
                .map(uid -> directory(namespace, uid).resolve(name).resolve(DISK))
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    private Path directory(String namespace, String uid) {
        return root.resolve(namespace + "_" + uid);
    }

    /** Moves a retained disk's file to a machine's; what was retained once is marked so before it is there. */
    void adopt(Identity machine, Path retained, Path file) {
        var directory = Objects.requireNonNull(file.getParent());
        mark(directory, disk(file), uid(machine.namespace()));
        try {
            var home = Objects.requireNonNull(retained.getParent());
            move(retained, file);
            Files.deleteIfExists(home.resolve(ABOUT));
            Files.delete(home);
        } catch (DirectoryNotEmptyException _) {
            // An administrator keeps something of his own there.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        changed.run();
    }

    /** Moves the files of a deleted machine's marked disks to where they are retained; done again, it does the rest. */
    void keep(Identity machine, Path directory) {
        try {
            for (var disk : marked(directory)) {
                var namespace = Files.readString(directory.resolve(disk + MARK)).strip();
                for (var file : files(directory, disk)) {
                    keep(machine, disk, file, directory(machine.namespace(), namespace));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        changed.run();
    }

    private void keep(Identity machine, String disk, Path file, Path namespace) throws IOException {
        var home = namespace.resolve(name(machine, disk, file));
        var about = new About(
                machine.name(),
                machine.uid().toString(),
                disk,
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        MachineFiles.write(new NewFile(home.resolve(ABOUT).toString(), JSON.writeValueAsBytes(about)));
        move(file, home.resolve(DISK));
    }

    /** A disk that was retained before has its name again. */
    private static String name(Identity machine, String disk, Path file) {
        var rest = stem(file, FORMAT).substring(disk.length());
        return rest.startsWith(ADOPTED)
                ? rest.substring(ADOPTED.length())
                : "%s-%s-%s"
                        .formatted(
                                machine.name(),
                                disk,
                                Digests.sha256(machine.uid() + "/" + file.getFileName())
                                        .substring(0, 10));
    }

    /** All of a disk's: one that was given another image has one for each. */
    private static List<Path> files(Path directory, String disk) throws IOException {
        var files = new ArrayList<Path>();
        try (var all = Files.newDirectoryStream(directory, "*" + FORMAT)) {
            for (var file : all) {
                if (disk(file).equals(disk)) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    /** No disk's name has an underscore. */
    private static String disk(Path file) {
        var stem = stem(file, FORMAT);
        var end = stem.indexOf('_');
        return end < 0 ? stem : stem.substring(0, end);
    }

    private static String stem(Path file, String suffix) {
        var name = Objects.requireNonNull(file.getFileName()).toString();
        return name.substring(0, name.length() - suffix.length());
    }

    /** Never in place of another. */
    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(to.toString());
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        MachineFiles.sync(Objects.requireNonNull(to.getParent()));
        MachineFiles.sync(Objects.requireNonNull(from.getParent()));
    }

    /** By namespace and name. */
    List<RetainedDisk> list() {
        var disks = new ArrayList<RetainedDisk>();
        try {
            for (var namespace : entries(root)) {
                for (var home : entries(namespace)) {
                    if (Files.isRegularFile(home.resolve(DISK), LinkOption.NOFOLLOW_LINKS)) {
                        disks.add(of(namespace, home));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        disks.sort(Comparator.comparing(RetainedDisk::namespace).thenComparing(RetainedDisk::name));
        return disks;
    }

    private static List<Path> entries(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        var entries = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException _) {
            // An administrator has removed it meanwhile.
            return List.of();
        }
        return entries;
    }

    private static RetainedDisk of(Path namespace, Path home) throws IOException {
        var file = home.resolve(DISK);
        var about = about(home.resolve(ABOUT));
        return new RetainedDisk(
                Objects.toString(home.getFileName()),
                Objects.toString(namespace.getFileName()).replaceFirst("_.*", ""),
                about == null ? null : about.machine(),
                about == null ? null : about.uid(),
                about == null ? null : about.disk(),
                capacity(file),
                allocated(file),
                about == null ? null : about.retainedAt(),
                file.toString());
    }

    /** What an administrator put there himself has none. */
    private static @Nullable About about(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), About.class);
        } catch (NoSuchFileException | JacksonException _) {
            return null;
        }
    }

    private static @Nullable Quantity capacity(Path file) throws IOException {
        try {
            return Qcow2Header.read(file)
                    .map(header -> new Quantity(DiskSizes.text(header.sizeBytes())))
                    .orElse(null);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    private static @Nullable Quantity allocated(Path file) throws IOException {
        try {
            return new Quantity(DiskSizes.text(Files.size(file)));
        } catch (NoSuchFileException _) {
            return null;
        }
    }
}
