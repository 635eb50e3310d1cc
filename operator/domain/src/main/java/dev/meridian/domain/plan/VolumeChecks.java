package dev.meridian.domain.plan;

import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.DiskSource;
import dev.meridian.domain.supply.VolumeFact;
import java.util.Optional;

/** What must hold of the volumes of storage pools that a spec names. */
final class VolumeChecks {
    private VolumeChecks() {}

    static Optional<Problem> firstProblem(Situation s) {
        return s.machine().disks().stream()
                .flatMap(disk -> disk.source().volume().stream().flatMap(volume -> problem(s, disk, volume).stream()))
                .findFirst();
    }

    private static Optional<Problem> problem(Situation s, DiskShape disk, DiskSource.Volume volume) {
        if (!s.opened().allowsPool(volume.pool(), !disk.readOnly())) {
            return Optional.of(new Problem(
                    "PoolNotOpened",
                    "%s.pool: %s is not opened to namespace %s%s on node %s; ask an administrator for a HypervisorPolicy"
                            .formatted(
                                    field(disk),
                                    volume.pool(),
                                    s.machine().identity().namespace(),
                                    disk.readOnly() ? "" : " for writing",
                                    s.host().nodeName())));
        }
        return twice(s, disk, volume).or(() -> fact(s, disk, volume));
    }

    private static Optional<Problem> twice(Situation s, DiskShape disk, DiskSource.Volume volume) {
        return s.machine().disks().stream()
                .takeWhile(earlier -> !earlier.name().equals(disk.name()))
                .filter(earlier -> earlier.source()
                        .volume()
                        .filter(other -> other.pool().equals(volume.pool())
                                && other.name().equals(volume.name()))
                        .isPresent())
                .filter(earlier ->
                        !(earlier.readOnly() && disk.readOnly()) && !(earlier.shareable() && disk.shareable()))
                .findFirst()
                .map(earlier -> new Problem(
                        "FileShared",
                        "%s.name: %s is the volume of disk %s as well, and one of them may write; give each its own, or make both readOnly"
                                .formatted(field(disk), volume.name(), earlier.name())));
    }

    private static Optional<Problem> fact(Situation s, DiskShape disk, DiskSource.Volume volume) {
        var node = s.host().nodeName();
        return switch (s.supplies().volumes().getOrDefault(disk.name(), new VolumeFact.PoolMissing())) {
            case VolumeFact.Usable(var path)
            when s.host().keeps(path) ->
                Optional.of(new Problem(
                        "VolumeRefused",
                        "%s.name: %s of pool %s on node %s is a file that Meridian keeps; name another"
                                .formatted(field(disk), volume.name(), volume.pool(), node)));
            case VolumeFact.Usable _ -> Optional.empty();
            case VolumeFact.PoolMissing() ->
                Optional.of(new Problem(
                        "PoolMissing",
                        "%s.pool: node %s has no storage pool %s; define it there (virsh pool-define), or correct the name"
                                .formatted(field(disk), node, volume.pool())));
            case VolumeFact.PoolInactive() ->
                Optional.of(new Problem(
                        "PoolInactive",
                        "%s.pool: %s is not active on node %s; have an administrator start it (virsh pool-start, pool-autostart)"
                                .formatted(field(disk), volume.pool(), node)));
            case VolumeFact.Missing() ->
                Optional.of(new Problem(
                        "VolumeMissing",
                        "%s.name: pool %s on node %s has no volume %s; create it, refresh the pool (virsh pool-refresh) if it was put there by hand, or correct the name"
                                .formatted(field(disk), volume.pool(), node, volume.name())));
            case VolumeFact.Refused(var why) ->
                Optional.of(new Problem(
                        "VolumeRefused",
                        "%s.name: %s of pool %s on node %s %s"
                                .formatted(field(disk), volume.name(), volume.pool(), node, why)));
        };
    }

    /** The volume whose lock the hypervisor did not get. */
    static Optional<String> inUse(Situation s, String said) {
        return s.machine().disks().stream()
                .filter(disk -> s.supplies().volumes().get(disk.name()) instanceof VolumeFact.Usable(var path)
                        && said.contains("[" + path + "]"))
                .flatMap(disk -> disk.source().volume().stream()
                        .map(volume ->
                                "%s.name: %s of pool %s is in use on node %s, by another machine or process; stop that one, or give this one its own volume"
                                        .formatted(
                                                field(disk),
                                                volume.name(),
                                                volume.pool(),
                                                s.host().nodeName())))
                .findFirst();
    }

    private static String field(DiskShape disk) {
        return "spec.disks[%s].volume".formatted(disk.name());
    }
}
