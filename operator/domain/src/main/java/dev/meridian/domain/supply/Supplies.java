package dev.meridian.domain.supply;

import dev.meridian.domain.image.ImageFact;
import java.util.Map;
import java.util.Set;

/**
 * What the node has of what a start of the machine takes.
 *
 * @param made the files of disks that are made here, by disk
 * @param images by name
 * @param mounted values of Secrets, by volume
 * @param files of ConfigMaps and Secrets, by volume
 * @param claims of disks, by volume
 * @param sharedClaims names of claims that several nodes may write at a time
 * @param filesystems of claims, by volume
 * @param hostDevices that it names
 * @param retained the files of retained disks that the spec names, by disk
 * @param volumes of storage pools that the spec names, by disk
 * @param marked disks whose files are to outlive the machine, as it is noted beside them
 * @param hasFiles files of the machine are on the node, made by us
 * @param own which those are
 */
public record Supplies(
        Map<String, MadeDisk> made,
        Map<String, ImageFact> images,
        Map<String, MountedValue> mounted,
        Map<String, MountedFiles> files,
        Map<String, MountedClaim> claims,
        Set<String> sharedClaims,
        Map<String, MountedFilesystem> filesystems,
        HostDevices hostDevices,
        Map<String, String> retained,
        Map<String, VolumeFact> volumes,
        Set<String> marked,
        boolean hasFiles,
        OwnFiles own) {
    public static final Supplies NONE = new Supplies(
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Set.of(),
            Map.of(),
            HostDevices.NONE,
            Map.of(),
            Map.of(),
            Set.of(),
            false,
            OwnFiles.NONE);

    /** The same with what is known of the machine's own files. */
    public Supplies with(OwnFiles known) {
        return new Supplies(
                made,
                images,
                mounted,
                files,
                claims,
                sharedClaims,
                filesystems,
                hostDevices,
                retained,
                volumes,
                marked,
                hasFiles,
                known);
    }

    /** The same with what kubelet has mounted of the claims. */
    public Supplies withClaims(Map<String, MountedClaim> mountedClaims) {
        return new Supplies(
                made,
                images,
                mounted,
                files,
                mountedClaims,
                sharedClaims,
                filesystems,
                hostDevices,
                retained,
                volumes,
                marked,
                hasFiles,
                own);
    }
}
