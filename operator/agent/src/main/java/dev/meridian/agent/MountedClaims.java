package dev.meridian.agent;

import dev.meridian.domain.machine.GivenClaim;
import dev.meridian.domain.placement.PodVolumes;
import dev.meridian.domain.supply.Beneath;
import dev.meridian.domain.supply.MountedClaim;
import dev.meridian.domain.supply.MountedFilesystem;
import dev.meridian.libvirt.OpenedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds the claims that kubelet has brought to the node for a reservation pod: as its container has them, which is the
 * same for every kind of volume. A tenant may have put a container of its own into the pod, with whatever links and
 * device nodes: no link there is followed, and a device is one that kubelet has.
 */
final class MountedClaims {
    private static final int TYPE = 0170000;
    private static final int BLOCK = 0060000;
    private static final int DIRECTORY = 0040000;
    private static final int SECTOR = 512;

    private static final String CSI = "kubernetes.io~csi";

    /** What a file system keeps of its room for what it notes itself. */
    private static final int KEPT_PERCENT = 2;

    private final Path kubeletRoot;
    /** Of it kubelet's links to devices are. */
    private final NodeRoot node = NodeRoot.seen();

    private final BlockDevices devices = BlockDevices.ofNode();

    /** @param kubeletRoot kubelet's root directory on the host */
    MountedClaims(Path kubeletRoot) {
        this.kubeletRoot = kubeletRoot;
    }

    /** @param capacityBytes of the claim, 0 when that is not known */
    MountedClaim of(String podUid, GivenClaim claim, long capacityBytes) {
        try {
            for (var process : ReservationProcesses.of(podUid).toList()) {
                // The pod's sandbox has no volumes.
                var found = in(podUid, place(process, claim), capacityBytes);
                if (found.isPresent()) {
                    return found.get();
                }
            }
            return new MountedClaim.Awaited();
        } catch (IOException e) {
            return new MountedClaim.Unusable("cannot be looked at: " + e.getMessage());
        }
    }

    /** As kubelet has mounted it, for a program that opens it by its path. */
    MountedFilesystem filesystem(String podUid, GivenClaim claim) {
        try {
            for (var process : ReservationProcesses.of(podUid).toList()) {
                // The pod's sandbox has no volumes.
                var found = filesystemIn(podUid, place(process, claim));
                if (found.isPresent()) {
                    return found.get();
                }
            }
            return new MountedFilesystem.Awaited();
        } catch (IOException e) {
            return new MountedFilesystem.Unusable("cannot be looked at: " + e.getMessage());
        }
    }

    private Optional<MountedFilesystem> filesystemIn(String podUid, Beneath place) throws IOException {
        try (var volume = find(place)) {
            if ((mode(volume.path()) & TYPE) != DIRECTORY) {
                return Optional.of(
                        new MountedFilesystem.Unusable(
                                "is no file system, which alone can be shared; name one of volumeMode Filesystem, or have it as a disk"));
            }
            return Optional.of(
                    kubelets(podUid, key(volume.path()))
                            .<MountedFilesystem>map(
                                    mount -> new MountedFilesystem.Directory(mount.root() + "/" + mount.path()))
                            .orElseGet(
                                    () -> new MountedFilesystem.Unusable(
                                            "is a directory of the node itself (hostPath), which kubelet mounts nowhere; name one whose volume is mounted, as those of local and CSI are")));
        } catch (NoSuchFileException _) {
            return Optional.empty(); // or the process has ended meanwhile
        }
    }

    private static Beneath place(ProcessHandle process, GivenClaim claim) {
        return new Beneath(
                "/proc/%d/root".formatted(process.pid()),
                PodVolumes.path(claim.volume()).substring(1));
    }

    private Optional<MountedClaim> in(String podUid, Beneath place, long capacityBytes) throws IOException {
        try (var volume = find(place)) {
            var type = mode(volume.path()) & TYPE;
            if (type == BLOCK) {
                return Optional.of(
                        block(podUid, BlockDevices.number(volume.path()).orElseThrow()));
            }
            return Optional.of(
                    type == DIRECTORY
                            ? fileSystem(kubelets(podUid, key(volume.path())).orElse(place), capacityBytes)
                            : new MountedClaim.Unusable("is no file system and no block device"));
        } catch (NoSuchFileException _) {
            return Optional.empty(); // or the process has ended meanwhile
        }
    }

    private static OpenedFile find(Beneath place) throws IOException {
        return OpenedFile.find(Path.of(place.root()), place.path());
    }

    private static MountedClaim fileSystem(Beneath directory, long capacityBytes) throws IOException {
        try (var file = find(directory.child(MountedClaim.FILE))) {
            return Files.isRegularFile(file.path())
                    ? new MountedClaim.FileSystem(directory, OptionalLong.of(Files.size(file.path())), capacityBytes)
                    : unusable();
        } catch (NoSuchFileException _) {
            try (var opened = find(directory)) {
                return new MountedClaim.FileSystem(directory, OptionalLong.empty(), room(opened, capacityBytes));
            }
        } catch (OpenedFile.LinkFound _) {
            return unusable();
        }
    }

    private static MountedClaim unusable() {
        return new MountedClaim.Unusable("has a %s that is no regular file".formatted(MountedClaim.FILE));
    }

    /** A claim may be a part of a larger file system, and a file system keeps some of its room for itself. */
    private static long room(OpenedFile directory, long capacityBytes) throws IOException {
        var usable = directory.usableBytes();
        var room = usable - usable / 100 * KEPT_PERCENT;
        return (capacityBytes == 0 ? room : Math.min(room, capacityBytes)) / SECTOR * SECTOR;
    }

    /**
     * kubelet's own mount of the same directory: while the hypervisor has a file of it open, kubelet cannot take the
     * volume from under it. A directory of the node itself is mounted nowhere else. Nothing of the path is the claim's
     * own, where a tenant may put links: CSI's mount lies in a directory of kubelet's, other plugins' is that directory.
     */
    private Optional<Beneath> kubelets(String podUid, Object key) throws IOException {
        var volumes = kubeletRoot.resolve(Path.of("pods", podUid, "volumes"));
        for (var volume : ofPlugins(volumes)) {
            var directory = volume.startsWith(volumes.resolve(CSI)) ? volume.resolve("mount") : volume;
            if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && key.equals(key(directory))) {
                return Optional.of(new Beneath(
                        volumes.toString(), volumes.relativize(directory).toString()));
            }
        }
        return Optional.empty();
    }

    private MountedClaim block(String podUid, String number) throws IOException {
        for (var link : ofPlugins(kubeletRoot.resolve(Path.of("pods", podUid, "volumeDevices")))) {
            var device = node.follow(link);
            if (Files.exists(device) && BlockDevices.number(device).equals(Optional.of(number))) {
                return devices.of(number);
            }
        }
        return new MountedClaim.Unusable("is a device that kubelet does not have for the pod");
    }

    /** What kubelet has there, a directory a plugin. */
    private static List<Path> ofPlugins(Path directory) throws IOException {
        var found = new ArrayList<Path>();
        if (Files.isDirectory(directory)) {
            for (var plugin : list(directory)) {
                found.addAll(list(plugin));
            }
        }
        return found;
    }

    private static List<Path> list(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static Object key(Path directory) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(directory, BasicFileAttributes.class).fileKey());
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode");
    }
}
