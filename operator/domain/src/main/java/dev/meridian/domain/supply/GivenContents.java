package dev.meridian.domain.supply;

import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.machine.Machine;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Digests of what ConfigMaps and Secrets give a machine: they tell a changed one, and do not tell what it holds. */
public final class GivenContents {
    private GivenContents() {}

    /** Of those that are on the node, by the field of the spec that names the object. */
    public static Map<String, String> digests(Machine machine, Supplies supplies) {
        var digests = new TreeMap<String, String>();
        machine.secrets()
                .forEach(secret -> digest(supplies.mounted().get(secret.volume()))
                        .ifPresent(digest ->
                                digests.put(named(secret.field(), secret.secret() + "/" + secret.key()), digest)));
        machine.disks()
                .forEach(disk -> disk.source()
                        .givenFiles()
                        .ifPresent(given -> digest(supplies.files().get(given.volume()))
                                .ifPresent(digest -> digests.put(
                                        named(
                                                "spec.disks[%s].%s"
                                                        .formatted(
                                                                disk.name(),
                                                                given.kind().field()),
                                                given.name()),
                                        digest))));
        machine.sysprep()
                .ifPresent(given -> digest(supplies.files().get(given.volume()))
                        .ifPresent(digest ->
                                digests.put(named("spec.sysprep." + given.kind().field(), given.name()), digest)));
        return digests;
    }

    private static String named(String field, String object) {
        return field + "=" + object;
    }

    /** The field of an entry. */
    public static String field(String entry) {
        return entry.substring(0, entry.indexOf('='));
    }

    private static Optional<String> digest(@Nullable MountedValue mounted) {
        return mounted instanceof MountedValue.Value value
                ? Optional.of(Digests.sha256(value.content()))
                : Optional.empty();
    }

    private static Optional<String> digest(@Nullable MountedFiles mounted) {
        return mounted instanceof MountedFiles.Files(var contents)
                ? Optional.of(Digests.sha256(contents.entrySet().stream()
                        .map(file -> file.getKey() + "=" + Digests.sha256(file.getValue()))
                        .collect(Collectors.joining("\n"))))
                : Optional.empty();
    }
}
