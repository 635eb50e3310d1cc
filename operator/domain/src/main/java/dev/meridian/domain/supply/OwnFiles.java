package dev.meridian.domain.supply;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files in the machine's directory on the node.
 *
 * @param moving why they are not the machine's
 * @param disks the paths of the files of disks
 * @param digests of what ConfigMaps, Secrets and the spec gave, by file name; looked for only of a machine that is to come
 */
public record OwnFiles(Optional<Moving> moving, Set<String> disks, Map<String, String> digests) {
    public static final OwnFiles NONE = new OwnFiles(Optional.empty(), Set.of(), Map.of());

    public OwnFiles withDigests(Map<String, String> newDigests) {
        return new OwnFiles(moving, disks, newDigests);
    }
}
