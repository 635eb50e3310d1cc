package dev.meridian.domain.machine;

import java.util.Map;
import java.util.TreeMap;

/**
 * To how much a running guest's memory grows.
 *
 * @param mebibytes in all
 * @param cells NUMA nodes of the guest
 * @param stepMebibytes what one of them is given at a time
 */
public record MemoryGrowth(long mebibytes, int cells, long stepMebibytes) {
    /**
     * What is to be plugged in beside what the guest has, in MiB by NUMA node. Step after step goes to them in turn, as
     * the guest's whole memory counts them: small growths come out as a large one does. One that came to a part of them
     * only is shared out anew from there.
     */
    public Map<Integer, Long> missing(long hasMebibytes) {
        var missing = new TreeMap<Integer, Long>();
        for (var has = hasMebibytes; has < mebibytes; has += stepMebibytes) {
            var cell = Math.toIntExact(has / stepMebibytes % cells);
            missing.merge(cell, Math.min(stepMebibytes, mebibytes - has), Long::sum);
        }
        return missing;
    }
}
