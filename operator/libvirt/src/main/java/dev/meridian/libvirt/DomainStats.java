package dev.meridian.libvirt;

import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a domain at one moment (virDomainStatsRecord), by libvirt's names such as {@code cpu.time}.
 *
 * @param numbers what is told in numbers, each as it is in 64 bits
 * @param texts what is told in words, such as {@code block.0.name}
 */
public record DomainStats(UUID uuid, Map<String, Long> numbers, Map<String, String> texts) {
    // Not copied: they are many, and nobody else has them.
    /** Kinds of figures (virDomainStatsTypes). */
    public enum Group implements Flag {
        STATE(1),
        CPU_TOTAL(2),
        BALLOON(4),
        INTERFACE(16),
        BLOCK(32);

        private final int bit;

        Group(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Empty when the driver does not tell it, or could not without waiting. */
    public OptionalLong number(String name) {
        Long value = numbers.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    public @Nullable String text(String name) {
        return texts.get(name);
    }
}
