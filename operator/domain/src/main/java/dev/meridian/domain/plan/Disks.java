package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.domain.image.ImageFact;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.DiskSizes;
import dev.meridian.domain.machine.DiskSource;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.MadeDisk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a start waits for of the disks whose files Meridian makes, and of the images that they begin as. */
final class Disks {
    private Disks() {}

    /** Images that a start takes: of disks that are not made yet, and those that are read as they are. */
    static List<String> images(Situation s) {
        return s.machine().disks().stream()
                .filter(disk -> !(disk.source().isMade() && made(s, disk) instanceof MadeDisk.Made))
                .flatMap(disk -> disk.source().imageName().stream())
                .toList();
    }

    /** @param before the document of the machine's last run */
    static Optional<Step> next(Situation s, Optional<MachineDocument> before) {
        return s.machine().disks().stream()
                .flatMap(disk -> next(s, disk, before).stream())
                .findFirst();
    }

    private static Optional<Step> next(Situation s, DiskShape disk, Optional<MachineDocument> before) {
        return switch (disk.source()) {
            case DiskSource.HostPath _, DiskSource.Volume _, DiskSource.Given _, DiskSource.Claim _ -> Optional.empty();
            case DiskSource.ImageItself(var image) -> awaited(image(s, image), s, image);
            case DiskSource.Image _, DiskSource.Blank _, DiskSource.Retained _ ->
                switch (made(s, disk)) {
                    case MadeDisk.Missing() when knew(before, path(s, disk)) -> Optional.of(lost(s, disk));
                    case MadeDisk.Missing() -> Optional.of(make(s, disk));
                    case MadeDisk.Made(var size, var _) -> grown(s, disk, size);
                    case MadeDisk.ImageLost(var image) -> Optional.of(imageLost(s, disk, image));
                    case MadeDisk.Unusable(var why) -> Optional.of(unusable(s, disk, why));
                };
        };
    }

    private static boolean knew(Optional<MachineDocument> before, String path) {
        return before.stream()
                .flatMap(document -> document.disks().values().stream())
                .anyMatch(disk -> disk.path().equals(path));
    }

    private static Step lost(Situation s, DiskShape disk) {
        return Step.Refuse.of(
                s.now(),
                "DiskLost",
                "spec.disks[%s]: its file %s is not on node %s any more; put it back, or give the disk another name to begin anew"
                        .formatted(disk.name(), path(s, disk), s.host().nodeName()));
    }

    /** It may come again: the same source gives it. */
    private static Step imageLost(Situation s, DiskShape disk, DiskFile below) {
        var lost = "lies above %s, which is not on the node any more".formatted(below.path());
        return switch (disk.source()) {
            case DiskSource.Image(var image, var _, var _) ->
                switch (image(s, image)) {
                    case ImageFact.Ready(var path, var _, var _, var _)
                    when path.equals(below.path()) ->
                        new Step.Hold("ImageFetching", "image %s came again".formatted(image));
                    case ImageFact.Ready(var path, var _, var _, var _) ->
                        unusable(s, disk, "%s, and image %s is another one now, %s".formatted(lost, image, path));
                    case ImageFact.NoImage(), ImageFact.Fetching _, ImageFact.Failed _ ->
                        awaited(image(s, image), s, image).orElseThrow();
                };
            case DiskSource.Blank _,
                    DiskSource.Retained _,
                    DiskSource.Volume _,
                    DiskSource.HostPath _,
                    DiskSource.ImageItself _,
                    DiskSource.Given _,
                    DiskSource.Claim _ -> unusable(s, disk, lost);
        };
    }

    private static Step unusable(Situation s, DiskShape disk, String why) {
        return Step.Refuse.of(
                s.now(),
                "DiskUnusable",
                "spec.disks[%s]: its file %s on node %s %s; put back what was there, or give the disk another name to begin anew"
                        .formatted(disk.name(), path(s, disk), s.host().nodeName(), why));
    }

    private static Step make(Situation s, DiskShape disk) {
        return switch (disk.source()) {
            case DiskSource.Image(var image, var copied, var size) ->
                image(s, image) instanceof ImageFact.Ready ready
                        ? of(s, disk, ready, copied, size.orElse(ready.virtualSizeBytes()))
                        : awaited(image(s, image), s, image).orElseThrow();
            case DiskSource.Blank(var size) -> new Step.MakeDisk(path(s, disk), size, null, false);
            case DiskSource.Retained(var name, var _) -> adopt(s, disk, name);
            case DiskSource.HostPath _,
                    DiskSource.Volume _,
                    DiskSource.ImageItself _,
                    DiskSource.Given _,
                    DiskSource.Claim _ -> throw new IllegalStateException("disk " + disk.name() + " is not made");
        };
    }

    /** Its file leaves where it was kept: no two machines have it. */
    private static Step adopt(Situation s, DiskShape disk, String name) {
        var file = s.supplies().retained().get(disk.name());
        return file == null
                ? Step.Refuse.of(
                        s.now(),
                        "RetainedDiskMissing",
                        "spec.disks[%s].retained.name: node %s keeps no disk %s for namespace %s, or another machine has it; give one that a Hypervisor lists in status.retainedDisks, and its node in spec.nodeSelector"
                                .formatted(
                                        disk.name(),
                                        s.host().nodeName(),
                                        name,
                                        s.machine().identity().namespace()))
                : new Step.AdoptDisk(file, path(s, disk));
    }

    private static Step of(Situation s, DiskShape disk, ImageFact.Ready image, boolean copied, long size) {
        return size < image.virtualSizeBytes()
                ? Step.Refuse.of(
                        s.now(),
                        "DiskTooSmall",
                        "spec.disks[%s].size: %s is less than the %s of its image; give at least that, or leave it out"
                                .formatted(disk.name(), DiskSizes.text(size), DiskSizes.text(image.virtualSizeBytes())))
                : new Step.MakeDisk(path(s, disk), size, file(image), copied);
    }

    private static Optional<Step> grown(Situation s, DiskShape disk, long size) {
        var wished = disk.source().wishedBytes();
        if (wished.isEmpty() || wished.getAsLong() == size) {
            return Optional.empty();
        }
        return Optional.of(
                wished.getAsLong() > size
                        ? new Step.GrowDisk(path(s, disk), wished.getAsLong())
                        : Step.Refuse.of(
                                s.now(),
                                "DiskCannotShrink",
                                "spec.disks[%s].size: %s is less than the %s that the disk has, and a disk is never shrunk; give at least that"
                                        .formatted(
                                                disk.name(),
                                                DiskSizes.text(wished.getAsLong()),
                                                DiskSizes.text(size))));
    }

    /** What an image that is not here yet is waited for. */
    private static Optional<Step> awaited(ImageFact fact, Situation s, String image) {
        return switch (fact) {
            case ImageFact.Ready _ -> Optional.empty();
            case ImageFact.NoImage() ->
                Optional.of(new Step.Hold(
                        "ImageMissing",
                        "there is no VirtualMachineImage %s in namespace %s; create it, or correct spec.disks"
                                .formatted(image, s.machine().identity().namespace())));
            case ImageFact.Fetching _ ->
                Optional.of(new Step.Hold(
                        "ImageFetching",
                        "node %s fetches image %s".formatted(s.host().nodeName(), image)));
            case ImageFact.Failed(var reason, var message) ->
                Optional.of(new Step.Hold(reason, "image %s: %s".formatted(image, message)));
        };
    }

    private static DiskFile file(ImageFact.Ready image) {
        return new DiskFile(
                image.path(),
                switch (image.format()) {
                    case qcow2 -> DiskFormat.qcow2;
                    case raw, iso -> DiskFormat.raw;
                });
    }

    private static ImageFact image(Situation s, String image) {
        return s.supplies().images().getOrDefault(image, new ImageFact.NoImage());
    }

    private static MadeDisk made(Situation s, DiskShape disk) {
        return s.supplies().made().getOrDefault(disk.name(), new MadeDisk.Missing());
    }

    private static String path(Situation s, DiskShape disk) {
        return s.host().madeDisk(s.machine().identity(), disk);
    }

    /** What the definition of a start holds of the disks, once nothing is waited for. */
    static Map<String, KeptDisk> kept(Situation s) {
        var kept = new TreeMap<String, KeptDisk>();
        s.machine().disks().forEach(disk -> kept(s, disk).ifPresent(known -> kept.put(disk.name(), known)));
        return kept;
    }

    private static Optional<KeptDisk> kept(Situation s, DiskShape disk) {
        return switch (disk.source()) {
            case DiskSource.HostPath _, DiskSource.Volume _, DiskSource.Given _ -> Optional.empty();
            case DiskSource.Claim(var claim, var _) -> ClaimDisks.kept(s, claim);
            case DiskSource.ImageItself(var image) ->
                image(s, image) instanceof ImageFact.Ready ready
                        ? Optional.of(new KeptDisk(ready.path(), ready.virtualSizeBytes(), file(ready)))
                        : Optional.empty();
            case DiskSource.Image _, DiskSource.Blank _, DiskSource.Retained _ ->
                made(s, disk) instanceof MadeDisk.Made(var size, var image)
                        ? Optional.of(new KeptDisk(path(s, disk), size, image.orElse(null)))
                        : Optional.empty();
        };
    }
}
