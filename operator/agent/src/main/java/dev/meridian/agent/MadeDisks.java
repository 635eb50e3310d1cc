package dev.meridian.agent;

import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.supply.MadeDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Looks at the files of disks that we made: each says itself how large it is and above which image it lies. */
final class MadeDisks {
    private MadeDisks() {}

    /** @param images the directory of the node's images, above which alone a disk may lie */
    static MadeDisk of(Path file, Path images) {
        return switch (HostFiles.of(file)) {
            case FileFact.Missing() -> new MadeDisk.Missing();
            case FileFact.Refused(var why) -> new MadeDisk.Unusable(why);
            case FileFact.Usable() -> usable(file, images);
        };
    }

    private static MadeDisk usable(Path file, Path images) {
        try {
            return Qcow2Header.read(file)
                    .map(header -> made(header, images))
                    .orElse(new MadeDisk.Unusable("is no qcow2 file any more"));
        } catch (IOException e) {
            return new MadeDisk.Unusable("cannot be read: " + e.getMessage());
        }
    }

    private static MadeDisk made(Qcow2Header header, Path images) {
        if (header.hasDataFile()) {
            return new MadeDisk.Unusable("names a data file");
        }
        return header.backingFile()
                .map(path -> above(header, Path.of(path), images))
                .orElseGet(() -> new MadeDisk.Made(header.sizeBytes(), Optional.empty()));
    }

    private static MadeDisk above(Qcow2Header header, Path image, Path images) {
        if (!images.equals(image.getParent())) {
            return new MadeDisk.Unusable("lies above %s, which is no image of the node's".formatted(image));
        }
        var format = Arrays.stream(DiskFormat.values())
                .filter(known ->
                        header.backingFormat().filter(known.name()::equals).isPresent())
                .findFirst();
        if (format.isEmpty()) {
            return new MadeDisk.Unusable("does not say which format its image has");
        }
        var below = new DiskFile(image.toString(), format.get());
        return switch (HostFiles.of(image)) {
            case FileFact.Usable() -> new MadeDisk.Made(header.sizeBytes(), Optional.of(below));
            case FileFact.Missing() -> new MadeDisk.ImageLost(below);
            case FileFact.Refused(var why) -> new MadeDisk.Unusable("lies above %s, which %s".formatted(image, why));
        };
    }
}
