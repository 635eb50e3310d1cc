package dev.meridian.domain.plan;

import dev.meridian.domain.image.ImageFact;
import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.KeptSpec;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.GivenContents;
import dev.meridian.domain.supply.MadeDisk;
import dev.meridian.domain.supply.Moving.Role;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files that a node makes for a machine that is to come as it runs: those that its guest has where it is. */
final class ArrivingFiles {
    private ArrivingFiles() {}

    /** What of the spec and of objects is not any more what the guest was started with, by field. */
    static List<String> changed(Situation s, MachineDocument document) {
        var applied = document.applied();
        var wished = KeptSpec.of(s.spec());
        var fields = new TreeSet<String>();
        if (!Objects.equals(applied.cloudInit(), wished.cloudInit())) {
            fields.add("spec.cloudInit");
        }
        if (!Objects.equals(applied.ignition(), wished.ignition())) {
            fields.add("spec.ignition");
        }
        if (!Objects.equals(applied.sysprep(), wished.sysprep())) {
            fields.add("spec.sysprep");
        }
        var disks = s.machine().disks().stream()
                .collect(Collectors.toMap(DiskShape::name, disk -> disk.source().givenFiles()));
        Machine.of(s.machine().identity(), applied).disks().stream()
                .filter(disk -> disk.source().givenFiles().isPresent())
                .filter(disk -> !disk.source().givenFiles().equals(disks.get(disk.name())))
                .forEach(disk -> fields.add("spec.disks[%s]".formatted(disk.name())));
        GivenContents.digests(s.machine(), s.supplies()).entrySet().stream()
                .filter(now -> !document.given()
                        .getOrDefault(now.getKey(), now.getValue())
                        .equals(now.getValue()))
                .forEach(now -> fields.add(GivenContents.field(now.getKey())));
        return List.copyOf(fields);
    }

    /**
     * @param s as if the machine belonged here, with the spec of the running guest
     * @param document of the guest where it is
     */
    static Optional<Step> next(Situation s, MachineDocument document, String migration) {
        var images = s.machine().disks().stream()
                .flatMap(disk -> image(s, document, disk).stream())
                .findFirst();
        if (images.isPresent() || !hasFiles(document)) {
            return images;
        }
        return noted(s, migration)
                .or(() -> disks(s, document))
                .or(() -> GivenValues.next(s))
                .or(() -> GivenDisks.next(s))
                .or(() -> document.files().isEmpty() ? Optional.empty() : given(s, document));
    }

    /** Whether it has files that are its own, and are on its node. */
    static boolean hasFiles(MachineDocument document) {
        return !document.files().isEmpty()
                || !Machine.of(document.object(), document.applied())
                        .localState()
                        .isEmpty();
    }

    /** The disks whose content goes along. */
    static List<DiskShape> copied(MachineDocument document) {
        return Machine.of(document.object(), document.applied()).disks().stream()
                .filter(disk -> disk.source().isMade())
                .toList();
    }

    /** Those that are to be fetched. */
    static List<String> images(Situation s, MachineDocument document) {
        return s.machine().disks().stream()
                .filter(disk -> missing(s, document, disk).isPresent())
                .flatMap(disk -> disk.source().imageName().stream())
                .distinct()
                .toList();
    }

    /** The image that a disk is, or lies above, is not copied. */
    private static Optional<String> missing(Situation s, MachineDocument document, DiskShape disk) {
        return Optional.ofNullable(document.disks().get(disk.name()))
                .map(KeptDisk::image)
                .map(DiskFile::path)
                .filter(path -> !s.supplies().own().images().contains(path));
    }

    private static Optional<Step> image(Situation s, MachineDocument document, DiskShape disk) {
        return missing(s, document, disk).map(path -> image(s, disk, path));
    }

    private static Step image(Situation s, DiskShape disk, String path) {
        var name = disk.source().imageName();
        if (name.isEmpty()) {
            return noImage(s, disk, path, "no VirtualMachineImage is known to give it");
        }
        return switch (s.supplies().images().getOrDefault(name.get(), new ImageFact.NoImage())) {
            case ImageFact.NoImage() -> noImage(s, disk, path, "there is no VirtualMachineImage " + name.get());
            case ImageFact.Ready(var other, var _, var _, var _)
            when !other.equals(path) ->
                noImage(s, disk, path, "VirtualMachineImage %s gives another one now, %s".formatted(name.get(), other));
            case ImageFact.Ready _ -> new Step.Hold("ImageFetching", "image %s came".formatted(name.get()));
            case ImageFact.Fetching _ ->
                new Step.Hold(
                        "ImageFetching",
                        "node %s fetches image %s".formatted(s.host().nodeName(), name.get()));
            case ImageFact.Failed(var reason, var message) ->
                new Step.Hold(reason, "image %s: %s".formatted(name.get(), message));
        };
    }

    private static Step noImage(Situation s, DiskShape disk, String path, String why) {
        return Step.Refuse.of(
                s.now(),
                "ImageMissing",
                "spec.disks[%s]: the guest's disk is or lies above %s, which is not on node %s, and %s"
                        .formatted(disk.name(), path, s.host().nodeName(), why));
    }

    private static Optional<Step> disks(Situation s, MachineDocument document) {
        return copied(document).stream()
                .flatMap(disk -> disk(s, document, disk).stream())
                .findFirst();
    }

    /** A file of the same size above the same image, to which libvirt writes what the guest's own has. */
    private static Optional<Step> disk(Situation s, MachineDocument document, DiskShape disk) {
        var kept = document.disks().get(disk.name());
        var path = s.host().madeDisk(s.machine().identity(), disk);
        if (kept == null || !kept.path().equals(path)) {
            return Optional.of(Step.Refuse.of(
                    s.now(),
                    "StateDirectory",
                    "its agent keeps the files of disk %s at %s, and the guest has %s; give both nodes' agents the same --state-directory"
                            .formatted(disk.name(), path, kept == null ? "none" : kept.path())));
        }
        var image = Optional.ofNullable(kept.image());
        return switch (s.supplies().made().getOrDefault(disk.name(), new MadeDisk.Missing())) {
            case MadeDisk.Missing() -> Optional.of(new Step.MakeDisk(path, kept.sizeBytes(), kept.image(), false));
            case MadeDisk.Made(var size, var below)
            when size == kept.sizeBytes() && below.equals(image) -> Optional.empty();
            case MadeDisk.Made _, MadeDisk.ImageLost _, MadeDisk.Unusable _ ->
                s.supplies().own().moving().map(moving -> new Step.DropFiles(MovedFiles.directory(s), moving));
        };
    }

    /** Nothing is there but what this migration has made. */
    private static Optional<Step> noted(Situation s, String migration) {
        var own = s.supplies().own();
        if (own.moving().filter(moving -> moving.isComingBy(migration)).isPresent()) {
            return Optional.empty();
        }
        if (own.moving().isPresent()) {
            return Optional.of(
                    new Step.DropFiles(MovedFiles.directory(s), own.moving().get()));
        }
        return Optional.of(
                own.disks().isEmpty()
                        ? MovedFiles.note(s, s.machine(), Role.Coming, migration)
                        : Step.Refuse.of(
                                s.now(),
                                "FilesThere",
                                "it keeps disks of the machine from before, which nothing overwrites: %s; move them away"
                                        .formatted(String.join(", ", new TreeSet<>(own.disks())))));
    }

    private static Optional<Step> given(Situation s, MachineDocument document) {
        var files = GivenDisks.all(s).toList();
        var digests = digests(files.stream());
        if (!digests.equals(document.files())) {
            var changed = changed(s, document);
            return Optional.of(Step.Refuse.of(
                    s.now(),
                    "GivenFiles",
                    changed.isEmpty()
                            ? "its agent makes other files of what the machine is given than the guest has; restart the machine"
                            : "%s: not what the guest was started with; restart the machine"
                                    .formatted(String.join(", ", changed))));
        }
        return digests.equals(s.supplies().own().digests())
                ? Optional.empty()
                : Optional.of(new Step.WriteFiles(files));
    }

    static Map<String, String> digests(Stream<NewFile> files) {
        return files.collect(Collectors.toMap(NewFile::name, file -> Digests.sha256(file.content())));
    }
}
