package dev.meridian.agent;

import dev.meridian.domain.machine.GivenFiles;
import dev.meridian.domain.supply.MountedFiles;
import dev.meridian.domain.supply.MountedValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the ConfigMaps and Secrets that kubelet has mounted for a reservation pod. */
final class MountedVolumes {
    /** A ConfigMap's and a Secret's. */
    private static final int LONGEST = 1 << 20;

    private static final String CONFIG_MAP = "kubernetes.io~configmap";
    private static final String SECRET = "kubernetes.io~secret";

    /** kubelet's mark of a volume that is whole. */
    private static final String WHOLE = "..data";

    private final Path kubeletRoot;

    /** @param kubeletRoot kubelet's root directory on the host */
    MountedVolumes(Path kubeletRoot) {
        this.kubeletRoot = kubeletRoot;
    }

    MountedValue value(String podUid, String volume, String key) {
        try {
            var mount = mount(podUid, SECRET, volume);
            var file = mount.resolve(key);
            if (!Files.exists(file)) {
                return new MountedValue.Awaited();
            }
            // kubelet's own links lead within the mount.
            var real = file.toRealPath();
            return real.startsWith(mount.toRealPath()) && Files.isRegularFile(real)
                    ? value(real)
                    : new MountedValue.Unusable("is no file of the Secret");
        } catch (InvalidPathException e) {
            return new MountedValue.Unusable("is no name: " + e.getReason());
        } catch (IOException e) {
            return new MountedValue.Unusable("cannot be read: " + e.getMessage());
        }
    }

    MountedFiles files(String podUid, GivenFiles given) {
        var mount = mount(
                podUid,
                switch (given.kind()) {
                    case ConfigMap -> CONFIG_MAP;
                    case Secret -> SECRET;
                },
                given.volume());
        if (!Files.exists(mount.resolve(WHOLE))) {
            return new MountedFiles.Awaited();
        }
        try (var entries = Files.newDirectoryStream(
                mount, name -> !name.getFileName().toString().startsWith(".."))) {
            var root = mount.toRealPath();
            var contents = new TreeMap<String, byte[]>();
            var room = LONGEST;
            for (var entry : entries) {
                // kubelet's own links lead within the mount.
                var real = entry.toRealPath();
                if (!real.startsWith(root) || !Files.isRegularFile(real)) {
                    return new MountedFiles.Unusable("have one that is no file, " + entry.getFileName());
                }
                var content = upTo(room, real);
                if (content.length > room) {
                    return new MountedFiles.Unusable("have more than %d bytes".formatted(LONGEST));
                }
                room -= content.length;
                contents.put(entry.getFileName().toString(), content);
            }
            return new MountedFiles.Files(contents);
        } catch (IOException e) {
            return new MountedFiles.Unusable("cannot be read: " + e.getMessage());
        }
    }

    /** One byte more, when there is more. */
    private static byte[] upTo(int bytes, Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(bytes + 1);
        }
    }

    /** The directory of a Secret that is mounted, a file a key. */
    Optional<Path> directory(String podUid, String volume) {
        return Optional.of(mount(podUid, SECRET, volume)).filter(mount -> Files.exists(mount.resolve(WHOLE)));
    }

    /** Which state of a volume is there: kubelet makes another directory for each. */
    Optional<String> state(Path volume) {
        try {
            return Optional.of(Files.readSymbolicLink(volume.resolve(WHOLE)).toString());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private Path mount(String podUid, String plugin, String volume) {
        return kubeletRoot.resolve(Path.of("pods", podUid, "volumes", plugin, volume));
    }

    private static MountedValue value(Path file) throws IOException {
        var content = upTo(LONGEST, file);
        return content.length > LONGEST
                ? new MountedValue.Unusable("holds more than %d bytes".formatted(LONGEST))
                : new MountedValue.Value(content);
    }
}
