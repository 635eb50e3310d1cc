package dev.meridian.domain.image;

import java.net.InetAddress;

/**
 * A range of addresses.
 *
 * @param bits of {@code network} that an address must share
 */
public record Cidr(InetAddress network, int bits) {
    public Cidr {
        if (bits < 0 || bits > network.getAddress().length * 8) {
            throw new IllegalArgumentException("%s/%d: not so many bits".formatted(network.getHostAddress(), bits));
        }
    }

    /** @throws IllegalArgumentException when it is none; no name is looked up */
    public static Cidr parse(String text) {
        var slash = text.indexOf('/');
        return slash < 0
                ? of(InetAddress.ofLiteral(text))
                : new Cidr(
                        InetAddress.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** The one address. */
    public static Cidr of(InetAddress address) {
        return new Cidr(address, address.getAddress().length * 8);
    }

    public boolean contains(InetAddress address) {
        var ours = network.getAddress();
        var theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (var bit = 0; bit < bits; bit++) {
            var mask = 0x80 >> bit % 8;
            if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + bits;
    }
}
