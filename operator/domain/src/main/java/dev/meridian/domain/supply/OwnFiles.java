package dev.meridian.domain.supply;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files in the machine's directory on the node.
 *
 * @param moving why they are not the machine's
 * @param disks the paths of the files of disks
 * @param digests of what ConfigMaps, Secrets and the spec gave, by file name
 * @param expectedBy the migration for which the node holds open what the guest has open where it is
 * @param images those files of images that are here, of a machine that is to come; the digests, too, are looked for only then
 */
public record OwnFiles(
        Optional<Moving> moving,
        Set<String> disks,
        Map<String, String> digests,
        Set<String> images,
        Optional<String> expectedBy) {
    public static final OwnFiles NONE = new OwnFiles(Optional.empty(), Set.of(), Map.of(), Set.of(), Optional.empty());

    public OwnFiles ofComing(Map<String, String> newDigests, Set<String> newImages, Optional<String> newExpectedBy) {
        return new OwnFiles(moving, disks, newDigests, newImages, newExpectedBy);
    }
}
