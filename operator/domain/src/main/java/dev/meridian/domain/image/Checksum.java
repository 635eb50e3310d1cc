package dev.meridian.domain.image;

/**
 * A digest of a file, written as {@code sha256:hexadecimal}.
 *
 * @param hex in lower case
 */
public record Checksum(Algorithm algorithm, String hex) {
    /** What a digest is made by; its name is the one that users and registries write. */
    public enum Algorithm {
        sha256("SHA-256", 64),
        sha512("SHA-512", 128);

        private final String javaName;
        private final int digits;

        Algorithm(String javaName, int digits) {
            this.javaName = javaName;
            this.digits = digits;
        }

        /** As java.security.MessageDigest calls it. */
        public String javaName() {
            return javaName;
        }
    }

    public Checksum {
        if (hex.length() != algorithm.digits || !hex.matches("[0-9a-f]+")) {
            throw new IllegalArgumentException("%s: not %d hexadecimal digits".formatted(hex, algorithm.digits));
        }
    }

    /** @throws IllegalArgumentException for another algorithm, or other than its digits */
    public static Checksum parse(String text) {
        var colon = text.indexOf(':');
        return new Checksum(Algorithm.valueOf(text.substring(0, Math.max(0, colon))), text.substring(colon + 1));
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
