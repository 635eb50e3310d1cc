package dev.meridian.domain.plan;

import dev.meridian.domain.machine.FilesystemShape;
import dev.meridian.domain.supply.MountedFilesystem;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a start waits for of the file systems that the guest shares. */
final class Filesystems {
    private Filesystems() {}

    static Optional<Step> next(Situation s) {
        return s.machine().filesystems().stream()
                .flatMap(filesystem -> next(s, filesystem).stream())
                .findFirst();
    }

    private static Optional<Step> next(Situation s, FilesystemShape filesystem) {
        return switch (mounted(s, filesystem)) {
            case MountedFilesystem.Directory _ -> Optional.empty();
            case MountedFilesystem.Awaited() -> Optional.of(ClaimDisks.awaited(s, filesystem.claim()));
            case MountedFilesystem.Unusable(var why) ->
                Optional.of(Step.Refuse.of(
                        s.now(),
                        "ClaimUnusable",
                        "spec.filesystems[%s]: PersistentVolumeClaim %s: the claim %s"
                                .formatted(filesystem.name(), filesystem.claim().name(), why)));
        };
    }

    /** The directories that the definition of a start holds, by file system, once nothing is waited for. */
    static Map<String, String> directories(Situation s) {
        var directories = new TreeMap<String, String>();
        s.machine().filesystems().forEach(filesystem -> {
            if (mounted(s, filesystem) instanceof MountedFilesystem.Directory(var path)) {
                directories.put(filesystem.name(), path);
            }
        });
        return directories;
    }

    private static MountedFilesystem mounted(Situation s, FilesystemShape filesystem) {
        return s.supplies().filesystems().getOrDefault(filesystem.claim().volume(), new MountedFilesystem.Awaited());
    }
}
