package dev.meridian.agent;

import dev.meridian.domain.machine.GivenClaim;
import dev.meridian.domain.placement.PodVolumes;
import dev.meridian.domain.supply.MountedClaim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Finds the claims that kubelet has brought to the node for a reservation pod: as its container has them, which is the
 * same for every kind of volume.
 */
final class MountedClaims {
    private static final int TYPE = 0170000;
    private static final int BLOCK = 0060000;
    private static final int SECTOR = 512;

    /** What a file system keeps of its room for what it notes itself. */
    private static final int KEPT_PERCENT = 2;

    private final Path kubeletRoot;

    /** @param kubeletRoot kubelet's root directory on the host */
    MountedClaims(Path kubeletRoot) {
        this.kubeletRoot = kubeletRoot;
    }

    /** @param capacityBytes of the claim, 0 when that is not known */
    MountedClaim of(String podUid, GivenClaim claim, long capacityBytes) {
        try {
            var volume = inContainer(podUid, claim.volume());
            if (volume.isEmpty()) {
                return new MountedClaim.Awaited();
            }
            return (mode(volume.get()) & TYPE) == BLOCK
                    ? block(volume.get())
                    : fileSystem(podUid, volume.get(), capacityBytes);
        } catch (NoSuchFileException _) {
            // The container ended during the look.
            return new MountedClaim.Awaited();
        } catch (IOException e) {
            return new MountedClaim.Unusable("cannot be looked at: " + e.getMessage());
        }
    }

    /** The pod's sandbox has no volumes. */
    private static Optional<Path> inContainer(String podUid, String volume) {
        return ReservationProcesses.of(podUid)
                .map(process -> Path.of("/proc", Long.toString(process.pid()), "root" + PodVolumes.path(volume)))
                .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                .findFirst();
    }

    private MountedClaim fileSystem(String podUid, Path volume, long capacityBytes) throws IOException {
        var directory = kubelets(podUid, volume).orElse(volume);
        var file = directory.resolve(MountedClaim.FILE);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return new MountedClaim.FileSystem(
                    directory.toString(), OptionalLong.empty(), room(directory, capacityBytes));
        }
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? new MountedClaim.FileSystem(
                        directory.toString(), OptionalLong.of(Files.size(file)), room(directory, capacityBytes))
                : new MountedClaim.Unusable("has a %s that is no regular file".formatted(MountedClaim.FILE));
    }

    /** A claim may be a part of a larger file system, and a file system keeps some of its room for itself. */
    private static long room(Path directory, long capacityBytes) throws IOException {
        var usable = Files.getFileStore(directory).getUsableSpace();
        var room = usable - usable / 100 * KEPT_PERCENT;
        return (capacityBytes == 0 ? room : Math.min(room, capacityBytes)) / SECTOR * SECTOR;
    }

    /**
     * kubelet's own mount of the same directory: while the hypervisor has a file of it open, kubelet cannot take the
     * volume from under it.
     */
    private Optional<Path> kubelets(String podUid, Path volume) throws IOException {
        var volumes = kubeletRoot.resolve(Path.of("pods", podUid, "volumes"));
        if (!Files.isDirectory(volumes)) {
            return Optional.empty(); // a directory of the node itself is mounted nowhere else
        }
        var key = key(volume);
        try (var plugins = Files.list(volumes)) {
            return plugins.flatMap(MountedClaims::list)
                    .flatMap(mount -> Stream.of(mount, mount.resolve("mount")))
                    .filter(mount -> Files.isDirectory(mount, LinkOption.NOFOLLOW_LINKS))
                    .filter(mount -> isThe(key, mount))
                    .findFirst();
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private static Stream<Path> list(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThe(Object key, Path directory) {
        try {
            return key.equals(key(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object key(Path directory) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey());
    }

    /** The node's own name of the device, which nobody else can move. */
    private static MountedClaim block(Path volume) throws IOException {
        var number = (long) Files.getAttribute(volume, "unix:rdev", LinkOption.NOFOLLOW_LINKS);
        // As glibc packs the two parts of a device's number.
        var major = (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
        var minor = (number & 0xff) | (number >>> 12 & ~0xffL);
        var known = Path.of("/sys/dev/block", major + ":" + minor);
        var properties = new Properties();
        try (var in = Files.newBufferedReader(known.resolve("uevent"))) {
            properties.load(in);
        }
        var size = Long.parseLong(Files.readString(known.resolve("size")).strip()) * SECTOR;
        return new MountedClaim.Block("/dev/" + properties.getProperty("DEVNAME"), size);
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }
}
