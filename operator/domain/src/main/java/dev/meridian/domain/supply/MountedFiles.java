package dev.meridian.domain.supply;

import java.util.SortedMap;

/** The files of a ConfigMap or Secret, as kubelet has mounted them for the reservation pod. */
public sealed interface MountedFiles {
    /** They are there. */
    record Files(SortedMap<String, byte[]> contents) implements MountedFiles {
        /** Not the contents. */
        @Override
        public String toString() {
            return "Files[%d]".formatted(contents.size());
        }
    }

    /** kubelet has not mounted them yet. */
    record Awaited() implements MountedFiles {}

    /** They are mounted, and cannot be given to a machine; {@code why} completes the sentence "its files ...". */
    record Unusable(String why) implements MountedFiles {}
}
