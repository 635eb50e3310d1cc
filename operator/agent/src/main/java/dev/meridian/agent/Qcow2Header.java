package dev.meridian.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * What a qcow2 file says of itself (QEMU, docs/interop/qcow2.txt). Read here, because a process for it would cost each
 * start some 20 ms.
 *
 * @param backingFile the file above which it lies
 * @param backingFormat as it names that file's format
 * @param hasDataFile its content is in another file
 */
record Qcow2Header(long sizeBytes, Optional<String> backingFile, Optional<String> backingFormat, boolean hasDataFile) {
    private static final int MAGIC = 0x514649fb;
    private static final int BACKING_FORMAT = 0xE2792ACA;
    private static final int SHORTEST = 72;
    private static final int DATA_FILE_BIT = 4;

    /** The header with its extensions and the name of the backing file stand in the first cluster. */
    private static final int READ = 64 << 10;

    /** Nothing, when it is no qcow2 file. */
    static Optional<Qcow2Header> read(Path file) throws IOException {
        var bytes = ByteBuffer.allocate(READ);
        try (var channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (bytes.hasRemaining() && channel.read(bytes) > 0) {}
        }
        bytes.flip();
        return bytes.limit() < SHORTEST || bytes.getInt(0) != MAGIC ? Optional.empty() : Optional.of(parsed(bytes));
    }

    private static Qcow2Header parsed(ByteBuffer bytes) {
        var isVersion3 = bytes.getInt(4) >= 3 && bytes.limit() >= 104;
        var headerLength = isVersion3 ? bytes.getInt(100) : SHORTEST;
        return new Qcow2Header(
                bytes.getLong(24),
                bytes.getLong(8) == 0 ? Optional.empty() : Optional.of(text(bytes, bytes.getLong(8), bytes.getInt(16))),
                backingFormat(bytes, headerLength),
                isVersion3 && (bytes.getLong(72) & DATA_FILE_BIT) != 0);
    }

    private static Optional<String> backingFormat(ByteBuffer bytes, int begin) {
        for (long at = begin; at >= 0 && at + 8 <= bytes.limit(); ) {
            var type = bytes.getInt((int) at);
            var length = Integer.toUnsignedLong(bytes.getInt((int) at + 4));
            if (type == 0) {
                return Optional.empty();
            }
            if (type == BACKING_FORMAT) {
                return Optional.of(text(bytes, at + 8, length));
            }
            at += 8 + (length + 7) / 8 * 8;
        }
        return Optional.empty();
    }

    /** What leads out of the header is no text. */
    private static String text(ByteBuffer bytes, long offset, long length) {
        if (offset < 0 || length < 0 || offset + length > bytes.limit()) {
            return "";
        }
        var text = new byte[(int) length];
        bytes.get((int) offset, text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
