package dev.meridian.domain.plan;

import dev.meridian.domain.iso.IsoImage;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.GivenFiles;
import dev.meridian.domain.supply.MountedFiles;
import java.util.Optional;
import java.util.stream.Stream;

/** The disks with the files of ConfigMaps and Secrets, which a start makes anew. */
final class GivenDisks {
    private static final int LABEL = 16;

    private GivenDisks() {}

    /** What a start still waits for: objects that kubelet brings. */
    static Optional<Step> next(Situation s) {
        return s.machine().disks().stream()
                .flatMap(disk -> disk.source().givenFiles().flatMap(given -> next(s, disk, given)).stream())
                .findFirst();
    }

    private static Optional<Step> next(Situation s, DiskShape disk, GivenFiles given) {
        return switch (mounted(s, given)) {
            case MountedFiles.Files(var contents) ->
                contents.keySet().stream()
                        .filter(name -> name.length() > IsoImage.LONGEST_NAME)
                        .map(name -> unusable(
                                s,
                                disk,
                                given,
                                "have a key of %d characters, %s, and a disk's may have %d"
                                        .formatted(name.length(), name, IsoImage.LONGEST_NAME)))
                        .findFirst();
            case MountedFiles.Awaited() ->
                Optional.of(new Step.Hold(
                        "WaitingFor" + given.kind(),
                        "%s %s is not on node %s yet; if namespace %s has none, create it"
                                .formatted(
                                        given.kind(),
                                        given.name(),
                                        s.host().nodeName(),
                                        s.machine().identity().namespace())));
            case MountedFiles.Unusable(var why) -> Optional.of(unusable(s, disk, given, why));
        };
    }

    private static Step unusable(Situation s, DiskShape disk, GivenFiles given, String why) {
        return Step.Refuse.of(
                s.now(),
                given.kind() + "Unusable",
                "spec.disks[%s]: %s %s: its files %s".formatted(disk.name(), given.kind(), given.name(), why));
    }

    /** The disks' files, once nothing is waited for. */
    static Stream<NewFile> files(Situation s) {
        return s.machine().disks().stream()
                .flatMap(disk -> disk.source().givenFiles().flatMap(given -> file(s, disk, given)).stream());
    }

    private static Optional<NewFile> file(Situation s, DiskShape disk, GivenFiles given) {
        return mounted(s, given) instanceof MountedFiles.Files(var contents)
                ? Optional.of(new NewFile(
                        s.host().givenFiles(s.machine().identity(), disk.name()),
                        IsoImage.of(label(disk.name()), contents)))
                : Optional.empty();
    }

    private static String label(String disk) {
        return disk.substring(0, Math.min(LABEL, disk.length()));
    }

    private static MountedFiles mounted(Situation s, GivenFiles given) {
        return s.supplies().files().getOrDefault(given.volume(), new MountedFiles.Awaited());
    }
}
