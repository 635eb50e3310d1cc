package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.HugePageSize;
import dev.meridian.api.v1alpha1.HugePages;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import java.util.Optional;

/** What the sizes of huge pages are to Kubernetes and to libvirt. */
public final class HugePageSizes {
    private static final long MI = 1L << 20;

    private HugePageSizes() {}

    static Optional<HugePageSize> of(VirtualMachineSpec spec) {
        return Optional.ofNullable(spec.memory().hugepages()).map(HugePages::pageSize);
    }

    /** The name of Kubernetes' resource. */
    static String resource(HugePageSize size) {
        return switch (size) {
            case MEBIBYTES_2 -> "hugepages-2Mi";
            case GIBIBYTE_1 -> "hugepages-1Gi";
        };
    }

    public static long mebibytes(HugePageSize size) {
        return switch (size) {
            case MEBIBYTES_2 -> 2;
            case GIBIBYTE_1 -> 1024;
        };
    }

    /** Bytes of the pages that hold so many. */
    static long roundedUp(HugePageSize size, long bytes) {
        var page = mebibytes(size) * MI;
        return (bytes + page - 1) / page * page;
    }
}
