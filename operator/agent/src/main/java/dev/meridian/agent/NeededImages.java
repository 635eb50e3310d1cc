package dev.meridian.agent;

import dev.meridian.domain.image.ImageSource.SecretName;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.placement.PodVolumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What machines of the node need of images: those above which a disk lies, those that a definition names, and Secrets. */
final class NeededImages implements ImageFetches.Node {
    private final Path machines;
    private final Path retained;
    private final MachineMemories memories;
    private final ReservationPods pods;
    private final MountedVolumes mounts;

    /**
     * @param machines the directory of the machines' directories
     * @param retained the directory of the disks of deleted ones
     */
    NeededImages(Path machines, Path retained, MachineMemories memories, ReservationPods pods, MountedVolumes mounts) {
        this.machines = machines;
        this.retained = retained;
        this.memories = memories;
        this.pods = pods;
        this.mounts = mounts;
    }

    /** It comes with the reservation pod of a machine that takes the image. */
    @Override
    public Optional<Path> secret(SecretName secret) {
        return pods.uids(secret.namespace()).stream()
                .flatMap(pod -> mounts.directory(pod, PodVolumes.ofImage(secret.name())).stream())
                .findFirst();
    }

    @Override
    public Optional<String> secretState(SecretName secret) {
        return secret(secret).flatMap(mounts::state);
    }

    @Override
    public Set<String> imagesInUse() {
        return Stream.concat(belowDisks(), named())
                .map(file -> file.substring(file.lastIndexOf('/') + 1).replaceFirst("-", ":"))
                .collect(Collectors.toSet());
    }

    private Stream<String> named() {
        return memories.machines().stream()
                .flatMap(machine -> memories.find(machine).stream())
                .flatMap(memory -> memory.document().stream())
                .map(MachineDocument::disks)
                .flatMap(disks -> disks.values().stream())
                .map(KeptDisk::image)
                .filter(Objects::nonNull)
                .map(DiskFile::path);
    }

    /** A disk that moves between the two meanwhile is seen in one of them. */
    private Stream<String> belowDisks() {
        return Stream.of(belowDisks(machines, 2), belowDisks(retained, 3), belowDisks(machines, 2))
                .flatMap(List::stream);
    }

    /** A disk that cannot be read is a reason to remove no image at all. */
    private static List<String> belowDisks(Path directory, int depth) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var files = Files.walk(directory, depth)) {
            return files.filter(file -> file.toString().endsWith(".qcow2")).toList().stream()
                    .flatMap(file -> below(file).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> below(Path disk) {
        try {
            return Qcow2Header.read(disk).flatMap(Qcow2Header::backingFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
