package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.Disk;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Sizes of disks, in bytes. */
public final class DiskSizes {
    /** QEMU counts in sectors. */
    private static final BigDecimal SECTOR = BigDecimal.valueOf(512);

    private static final BigDecimal LEAST = Quantity.getAmountInBytes(Quantity.parse(Disk.LEAST));
    private static final BigDecimal MOST = Quantity.getAmountInBytes(Quantity.parse(Disk.MOST));

    private DiskSizes() {}

    /** Rounded up to whole sectors; none where the schema would not let it through. */
    public static OptionalLong bytes(@Nullable Quantity size) {
        try {
            var bytes = size == null ? BigDecimal.ZERO : Quantity.getAmountInBytes(size);
            return bytes.compareTo(LEAST) < 0 || bytes.compareTo(MOST) > 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(bytes.divide(SECTOR, 0, RoundingMode.CEILING)
                            .multiply(SECTOR)
                            .longValueExact());
        } catch (IllegalArgumentException _) {
            return OptionalLong.empty();
        }
    }

    /** In the largest binary unit that says it exactly. */
    public static String text(long bytes) {
        String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
        var unit = 0;
        while (unit < units.length - 1 && bytes >= 1024 && bytes % 1024 == 0) {
            bytes /= 1024;
            unit++;
        }
        return bytes + units[unit];
    }
}
