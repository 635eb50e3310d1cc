package dev.meridian.domain.supply;

import dev.meridian.domain.image.ImageFact;
import java.util.Map;

/**
 * What the node has of what a start of the machine takes.
 *
 * @param made the files of disks that are made here, by disk
 * @param images by name
 * @param mounted values of Secrets, by volume
 * @param files of ConfigMaps and Secrets, by volume
 * @param claims of disks, by volume
 * @param filesystems of claims, by volume
 * @param hostDevices that it names
 * @param hasFiles files of the machine are on the node, made by us
 */
public record Supplies(
        Map<String, MadeDisk> made,
        Map<String, ImageFact> images,
        Map<String, MountedValue> mounted,
        Map<String, MountedFiles> files,
        Map<String, MountedClaim> claims,
        Map<String, MountedFilesystem> filesystems,
        HostDevices hostDevices,
        boolean hasFiles) {
    public static final Supplies NONE =
            new Supplies(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), HostDevices.NONE, false);
}
