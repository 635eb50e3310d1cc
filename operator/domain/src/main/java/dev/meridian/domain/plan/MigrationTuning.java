package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.MigrationCompression;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How fast a guest is to go, and at what price, as its migration's spec says. */
public record MigrationTuning(
        OptionalLong bandwidthMebibytes,
        OptionalInt maxDowntimeMillis,
        boolean autoConverge,
        OptionalInt parallelConnections,
        Optional<MigrationCompression> compression) {
    private static final BigDecimal MEBI = BigDecimal.valueOf(1 << 20);

    static MigrationTuning of(VirtualMachineMigrationSpec spec) {
        return new MigrationTuning(
                bandwidth(spec.bandwidth()),
                number(spec.maxDowntimeMillis()),
                Boolean.TRUE.equals(spec.autoConverge()),
                number(spec.parallelConnections()),
                Optional.ofNullable(spec.compression()));
    }

    private static OptionalLong bandwidth(@Nullable Quantity bytes) {
        return bytes == null
                ? OptionalLong.empty()
                : OptionalLong.of(bytes.getNumericalAmount()
                        .divide(MEBI, RoundingMode.CEILING)
                        .longValueExact());
    }

    private static OptionalInt number(@Nullable Integer number) {
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
