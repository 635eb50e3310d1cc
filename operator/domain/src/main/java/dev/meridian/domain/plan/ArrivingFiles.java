package dev.meridian.domain.plan;

import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.KeptSpec;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.GivenContents;
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
        if (document.files().isEmpty()) {
            return Optional.empty();
        }
        return noted(s, migration)
                .or(() -> GivenValues.next(s))
                .or(() -> GivenDisks.next(s))
                .or(() -> given(s, document));
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
                        ? MovedFiles.note(s, Role.Coming, migration)
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
