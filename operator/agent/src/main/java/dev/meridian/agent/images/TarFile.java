package dev.meridian.agent.images;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** A tar file read front to back, one entry at a time: ustar, with GNU's and POSIX' long names and sizes. */
final class TarFile {
    private static final int BLOCK = 512;
    private static final int LONGEST_HEADER = 1 << 20;
    private static final Pattern RECORD = Pattern.compile("[0-9]+ (path|size)=([^\n]*)\n");

    /** What an entry is. */
    enum Kind {
        FILE,
        /** Its content is another file's, here or anywhere. */
        LINK,
        OTHER
    }

    /** @param name without {@code ./} or {@code /} before it */
    record Entry(String name, Kind kind, long bytes) {}

    private final InputStream in;
    private long left;
    private long padding;

    TarFile(InputStream in) {
        this.in = in;
    }

    /** The next one; what was not read of the one before is passed over. */
    Optional<Entry> next() throws IOException {
        String longName = null;
        Long longSize = null;
        while (true) {
            in.skipNBytes(left + padding);
            left = 0;
            padding = 0;
            var header = in.readNBytes(BLOCK);
            if (header.length == 0 || isZero(header)) {
                return Optional.empty();
            }
            if (header.length < BLOCK) {
                throw new EOFException("the tar file ends within a header");
            }
            begin(size(header));
            switch (header[156]) {
                case 'L' -> longName = text(longHeader(), 0, Integer.MAX_VALUE);
                case 'x' -> {
                    for (var match : RECORD.matcher(new String(longHeader(), StandardCharsets.UTF_8))
                            .results()
                            .toList()) {
                        if (match.group(1).equals("path")) {
                            longName = match.group(2);
                        } else {
                            longSize = Long.parseLong(match.group(2));
                        }
                    }
                }
                case 'K', 'g' -> {}
                default -> {
                    if (longSize != null) {
                        begin(longSize);
                    }
                    return Optional.of(
                            new Entry(plain(longName == null ? name(header) : longName), kind(header[156]), left));
                }
            }
        }
    }

    private void begin(long bytes) throws IOException {
        if (bytes < 0) {
            throw new IOException("the tar file has an entry of negative size");
        }
        left = bytes;
        padding = (BLOCK - bytes % BLOCK) % BLOCK;
    }

    private byte[] longHeader() throws IOException {
        if (left > LONGEST_HEADER) {
            throw new IOException("the tar file has a header of %d bytes".formatted(left));
        }
        var text = in.readNBytes((int) left);
        left = 0;
        return text;
    }

    /** Of the entry's content; the number of bytes, zero at its end. */
    int read(byte[] chunk) throws IOException {
        var read = in.readNBytes(chunk, 0, (int) Math.min(chunk.length, left));
        if (read < Math.min(chunk.length, left)) {
            throw new EOFException("the tar file ends within an entry");
        }
        left -= read;
        return read;
    }

    private static Kind kind(byte type) {
        return switch (type) {
            case 0, '0', '7' -> Kind.FILE;
            case '1', '2' -> Kind.LINK;
            default -> Kind.OTHER;
        };
    }

    private static String name(byte[] header) {
        var prefix = text(header, 257, 5).equals("ustar") && header[262] == 0 ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? text(header, 0, 100) : prefix + "/" + text(header, 0, 100);
    }

    private static String plain(String name) {
        return name.replaceFirst("^(\\./|/)+", "");
    }

    /** Octal digits, or base 256 where those do not suffice. */
    private static long size(byte[] header) throws IOException {
        if ((header[124] & 0x80) != 0) {
            var size = 0L;
            for (var i = 128; i < 136; i++) {
                size = size << 8 | (header[i] & 0xff);
            }
            return size;
        }
        try {
            var digits = text(header, 124, 12).strip();
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("the tar file has an entry without a size", e);
        }
    }

    private static String text(byte[] bytes, int from, int length) {
        var end = from;
        while (end < bytes.length && end - from < length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static boolean isZero(byte[] block) {
        for (var b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
