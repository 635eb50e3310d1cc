package dev.meridian.domain.network;

import java.util.Optional;
import java.util.stream.LongStream;

/**
 * IPv4 addresses with a common prefix.
 *
 * @param base the first address, as a number
 */
public record Ipv4Network(long base, int prefix) {
    private static final int BITS = 32;

    public Ipv4Network {
        if (prefix < 0 || prefix > BITS || (base & (size(prefix) - 1)) != 0) {
            throw new IllegalArgumentException("no network: %s/%d".formatted(text(base), prefix));
        }
    }

    /** Empty when the text, such as {@code 10.20.30.0/24}, is no network. */
    public static Optional<Ipv4Network> parse(String cidr) {
        var slash = cidr.indexOf('/');
        if (slash < 0 || !cidr.substring(slash + 1).matches("[0-9]{1,2}")) {
            return Optional.empty();
        }
        var prefix = Integer.parseInt(cidr.substring(slash + 1));
        return address(cidr.substring(0, slash))
                .filter(base -> prefix <= BITS && (base & (size(prefix) - 1)) == 0)
                .map(base -> new Ipv4Network(base, prefix));
    }

    /** An address as a number; empty when the text is none. */
    public static Optional<Long> address(String text) {
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.empty();
        }
        var number = 0L;
        for (var part : text.split("\\.", -1)) {
            var octet = Integer.parseInt(part);
            if (octet > 255) {
                return Optional.empty();
            }
            number = number << 8 | octet;
        }
        return Optional.of(number);
    }

    public static String text(long address) {
        return "%d.%d.%d.%d".formatted(address >> 24 & 255, address >> 16 & 255, address >> 8 & 255, address & 255);
    }

    /** The node's address on it: the first of its hosts. */
    public long gateway() {
        return base + 1;
    }

    /** What hosts but the node may have. */
    public LongStream hosts() {
        return LongStream.range(base + 2, base + size(prefix) - 1);
    }

    public boolean isHost(long address) {
        return address >= base + 2 && address < base + size(prefix) - 1;
    }

    public boolean overlaps(Ipv4Network other) {
        return base < other.base + size(other.prefix) && other.base < base + size(prefix);
    }

    public boolean contains(Ipv4Network other) {
        return overlaps(other) && prefix <= other.prefix;
    }

    private static long size(int prefix) {
        return 1L << (BITS - prefix);
    }

    @Override
    public String toString() {
        return text(base) + "/" + prefix;
    }
}
