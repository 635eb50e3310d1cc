package dev.meridian.domain.plan;

import dev.meridian.domain.iso.IsoImage;
import dev.meridian.domain.machine.GivenFiles;
import dev.meridian.domain.supply.MountedFiles;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/** The disks with the files of ConfigMaps and Secrets, which a start makes anew. */
final class GivenDisks {
    private static final int LABEL = 16;

    /** As KubeVirt labels it; Windows looks for the files on whatever CD. */
    private static final String SYSPREP = "unattendCD";

    private static final Set<String> ANSWER_FILES = Set.of("autounattend.xml", "unattend.xml");

    /**
     * A disk to be made.
     *
     * @param field of the spec
     */
    private record Made(String field, GivenFiles given, String path, String label) {}

    private GivenDisks() {}

    private static Stream<Made> disks(Situation s) {
        var machine = s.machine().identity();
        return Stream.concat(
                s.machine().disks().stream()
                        .flatMap(disk -> disk
                                .source()
                                .givenFiles()
                                .map(given -> new Made(
                                        "spec.disks[%s]".formatted(disk.name()),
                                        given,
                                        s.host().givenFiles(machine, disk.name()),
                                        label(disk.name())))
                                .stream()),
                sysprep(s).stream());
    }

    private static Optional<Made> sysprep(Situation s) {
        return s.machine()
                .sysprep()
                .map(given -> new Made(
                        "spec.sysprep", given, s.host().sysprep(s.machine().identity()), SYSPREP));
    }

    /** What a start still waits for: objects that kubelet brings. */
    static Optional<Step> next(Situation s) {
        return disks(s).flatMap(disk -> next(s, disk).stream())
                .findFirst()
                .or(() -> sysprep(s).flatMap(disk -> withoutAnswer(s, disk)));
    }

    private static Optional<Step> next(Situation s, Made disk) {
        var given = disk.given();
        return switch (mounted(s, given)) {
            case MountedFiles.Files(var contents) ->
                contents.keySet().stream()
                        .filter(name -> name.length() > IsoImage.LONGEST_NAME)
                        .map(name -> unusable(
                                s,
                                disk,
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
            case MountedFiles.Unusable(var why) -> Optional.of(unusable(s, disk, why));
        };
    }

    private static Optional<Step> withoutAnswer(Situation s, Made disk) {
        return contents(s, disk)
                .filter(contents -> contents.keySet().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .noneMatch(ANSWER_FILES::contains))
                .map(_ -> unusable(
                        s,
                        disk,
                        "have none of the name autounattend.xml or unattend.xml, which Windows looks for; add it"));
    }

    private static Step unusable(Situation s, Made disk, String why) {
        return Step.Refuse.of(
                s.now(),
                disk.given().kind() + "Unusable",
                "%s: %s %s: its files %s"
                        .formatted(
                                disk.field(), disk.given().kind(), disk.given().name(), why));
    }

    /** The disks' files, once nothing is waited for. */
    private static Stream<NewFile> files(Situation s) {
        return disks(s).flatMap(disk ->
                contents(s, disk)
                        .map(contents -> new NewFile(disk.path(), IsoImage.of(disk.label(), contents)))
                        .stream());
    }

    /** All that a start makes of what the machine is given, once nothing is waited for. */
    static Stream<NewFile> all(Situation s) {
        return Stream.concat(GivenValues.files(s), files(s));
    }

    private static String label(String disk) {
        return disk.substring(0, Math.min(LABEL, disk.length()));
    }

    private static Optional<SortedMap<String, byte[]>> contents(Situation s, Made disk) {
        return mounted(s, disk.given()) instanceof MountedFiles.Files(var contents)
                ? Optional.of(contents)
                : Optional.empty();
    }

    private static MountedFiles mounted(Situation s, GivenFiles given) {
        return s.supplies().files().getOrDefault(given.volume(), new MountedFiles.Awaited());
    }
}
