package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.Disk;
import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.DiskDevice;
import dev.meridian.api.v1alpha1.DiskDiscard;
import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.api.v1alpha1.HostPathDisk;
import dev.meridian.api.v1alpha1.ImageDisk;
import dev.meridian.api.v1alpha1.ImageDiskMode;
import dev.meridian.api.v1alpha1.ReclaimPolicy;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Disks of a spec with their defaults. */
final class DiskShapes {
    private DiskShapes() {}

    static DiskShape of(Disk disk) {
        var device = Objects.requireNonNullElse(disk.device(), DiskDevice.Disk);
        var source = source(disk, device);
        var bus = Objects.requireNonNullElse(disk.bus(), bus(device));
        return new DiskShape(
                disk.name(),
                source,
                device,
                bus,
                disk.bootOrder() == null ? OptionalInt.empty() : OptionalInt.of(disk.bootOrder()),
                Objects.requireNonNullElse(disk.serial(), disk.name()),
                isRetained(disk, source),
                device == DiskDevice.Cdrom
                        || source instanceof DiskSource.ImageItself
                        || source instanceof DiskSource.Given
                        || Boolean.TRUE.equals(disk.readOnly()),
                Boolean.TRUE.equals(disk.shareable()),
                Optional.ofNullable(disk.blockSize()),
                bus == DiskBus.virtio && Boolean.TRUE.equals(disk.dedicatedIOThread()),
                new DiskDriver(
                        Optional.ofNullable(disk.cache()),
                        Optional.ofNullable(disk.io()),
                        discard(disk, source),
                        Optional.ofNullable(disk.detectZeroes()),
                        Optional.ofNullable(disk.throttle())));
    }

    /** What was retained once is again, unless its owner says otherwise. */
    private static boolean isRetained(Disk disk, DiskSource source) {
        var fallback = source.retainedName().isPresent() ? ReclaimPolicy.Retain : ReclaimPolicy.Delete;
        return source.isMade() && Objects.requireNonNullElse(disk.reclaimPolicy(), fallback) == ReclaimPolicy.Retain;
    }

    private static DiskBus bus(DiskDevice device) {
        return switch (device) {
            case Disk -> DiskBus.virtio;
            case Cdrom -> DiskBus.sata;
            case Floppy -> DiskBus.fdc;
            case Lun -> DiskBus.scsi;
        };
    }

    /** A spec that names none came past its schema: it has an empty disk of no size, which no start begins with. */
    private static DiskSource source(Disk disk, DiskDevice device) {
        if (disk.hostPath() != null) {
            return hostPath(disk.hostPath());
        }
        if (disk.image() != null) {
            return image(disk, disk.image(), device);
        }
        if (disk.persistentVolumeClaim() != null) {
            return new DiskSource.Claim(
                    new GivenClaim(volume(disk), disk.persistentVolumeClaim().claimName()), size(disk));
        }
        if (disk.configMap() != null) {
            return given(disk, GivenFiles.Kind.ConfigMap, disk.configMap().name());
        }
        if (disk.secret() != null) {
            return given(disk, GivenFiles.Kind.Secret, disk.secret().secretName());
        }
        if (disk.volume() != null) {
            return new DiskSource.Volume(
                    disk.volume().pool(),
                    disk.volume().name(),
                    Objects.requireNonNullElse(disk.volume().format(), DiskFormat.raw));
        }
        if (disk.retained() != null
                && DiskSource.Retained.isName(disk.retained().name())) {
            return new DiskSource.Retained(disk.retained().name(), size(disk));
        }
        return new DiskSource.Blank(DiskSizes.bytes(disk.size()).orElse(0));
    }

    private static DiskSource hostPath(HostPathDisk file) {
        return new DiskSource.HostPath(file.path(), Objects.requireNonNullElse(file.format(), DiskFormat.raw));
    }

    private static DiskSource image(Disk disk, ImageDisk image, DiskDevice device) {
        return switch (device) {
            case Cdrom, Floppy -> new DiskSource.ImageItself(image.name());
            case Disk, Lun -> new DiskSource.Image(image.name(), image.mode() == ImageDiskMode.Copy, size(disk));
        };
    }

    private static DiskSource given(Disk disk, GivenFiles.Kind kind, String name) {
        return new DiskSource.Given(new GivenFiles(volume(disk), kind, name));
    }

    /** A disk's name may be as long as a volume's, which says more. */
    private static String volume(Disk disk) {
        return "disk-" + Digests.sha256(disk.name()).substring(0, 16);
    }

    /** A size that cannot be had is none, which no start begins with. */
    private static OptionalLong size(Disk disk) {
        return disk.size() == null
                ? OptionalLong.empty()
                : OptionalLong.of(DiskSizes.bytes(disk.size()).orElse(0));
    }

    private static Optional<DiskDiscard> discard(Disk disk, DiskSource source) {
        return Optional.ofNullable(disk.discard())
                .or(() -> source.isMade() ? Optional.of(DiskDiscard.unmap) : Optional.empty());
    }
}
