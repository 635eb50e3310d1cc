package dev.meridian.agent;

import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.machine.DiskSource;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.supply.VolumeFact;
import dev.meridian.domain.xml.VolumeXml;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.StoragePool;
import dev.meridian.libvirt.StorageVol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Looks volumes up in the storage pools of the node's libvirt; a pool is neither started nor refreshed. */
final class PoolVolumes {
    private static final int TYPE = 0170000;
    private static final int BLOCK = 0060000;

    private PoolVolumes() {}

    /** Facts of all volumes that a machine names, by disk. */
    static Map<String, VolumeFact> of(Machine machine, Optional<LibvirtSession> session) {
        var facts = new HashMap<String, VolumeFact>();
        machine.disks()
                .forEach(disk -> disk.source()
                        .volume()
                        .ifPresent(volume ->
                                session.ifPresent(libvirt -> facts.put(disk.name(), of(libvirt.reads(), volume)))));
        return facts;
    }

    /** A libvirt whose part for pools is not installed says so, or that it cannot reach it. */
    private static VolumeFact of(Connection libvirt, DiskSource.Volume volume) {
        try {
            return found(libvirt, volume);
        } catch (LibvirtException e) {
            if (!libvirt.isAlive()) {
                throw e;
            }
            return new VolumeFact.Refused("cannot be looked up: " + e.message());
        }
    }

    private static VolumeFact found(Connection libvirt, DiskSource.Volume volume) {
        var found = libvirt.lookupStoragePoolByName(volume.pool());
        if (found.isEmpty()) {
            return new VolumeFact.PoolMissing();
        }
        try (var pool = found.get()) {
            return pool.isActive() ? in(pool, volume) : new VolumeFact.PoolInactive();
        } catch (LibvirtException e) {
            if (e.is(ErrorKind.OPERATION_INVALID)) {
                // It was stopped meanwhile.
                return new VolumeFact.PoolInactive();
            }
            throw e;
        }
    }

    private static VolumeFact in(StoragePool pool, DiskSource.Volume volume) {
        var found = pool.lookupVolByName(volume.name());
        if (found.isEmpty()) {
            return new VolumeFact.Missing();
        }
        try (var vol = found.get()) {
            return switch (vol.type()) {
                case FILE -> file(vol, volume.format());
                case BLOCK -> block(vol, volume.format());
                case DIR, NETWORK, NETDIR, PLOOP, OTHER ->
                    new VolumeFact.Refused("is neither a file nor a block device; name one that is");
            };
        }
    }

    /** What its content looks like may be a guest's doing: only what a person says of it counts. */
    private static VolumeFact file(StorageVol vol, DiskFormat stated) {
        var told = VolumeXml.format(vol.xml()).orElse("");
        var known = told.equals("iso") ? DiskFormat.raw.name() : told;
        if (!known.equals(stated.name())) {
            return new VolumeFact.Refused(
                    "has format %s by libvirt, not %s; say so in format if it is raw or qcow2, or convert it"
                            .formatted(told, stated));
        }
        var path = vol.path();
        var fact = stated == DiskFormat.qcow2 ? HostFiles.qcow2File(path) : HostFiles.of(Path.of(path));
        return switch (fact) {
            case FileFact.Usable() -> new VolumeFact.Usable(path);
            case FileFact.Missing() -> new VolumeFact.Missing();
            case FileFact.Refused(var why) -> new VolumeFact.Refused("(%s) %s".formatted(path, why));
        };
    }

    private static VolumeFact block(StorageVol vol, DiskFormat stated) {
        if (stated != DiskFormat.raw) {
            return new VolumeFact.Refused("is a block device; say format: raw");
        }
        var path = vol.path();
        try {
            var mode = (int) Files.getAttribute(Path.of(path), "unix:mode");
            return (mode & TYPE) == BLOCK
                    ? new VolumeFact.Usable(path)
                    : new VolumeFact.Refused("(%s) is no block device on the node".formatted(path));
        } catch (NoSuchFileException _) {
            return new VolumeFact.Missing();
        } catch (IOException e) {
            return new VolumeFact.Refused("(%s) cannot be looked at: %s".formatted(path, e.getMessage()));
        }
    }
}
