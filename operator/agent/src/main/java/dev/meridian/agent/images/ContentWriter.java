package dev.meridian.agent.images;

import dev.meridian.domain.image.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A file written front to back, its digest taken on the way. Zeros are left out of it: they need no room on the disk. */
final class ContentWriter implements AutoCloseable {
    static final int CHUNK = 128 << 10;
    private static final byte[] ZEROS = new byte[CHUNK];

    private final FileChannel channel;
    private final Checksum.Algorithm algorithm;
    private final MessageDigest digest;
    private long position;

    private ContentWriter(FileChannel channel, Checksum.Algorithm algorithm) {
        this.channel = channel;
        this.algorithm = algorithm;
        try {
            this.digest = MessageDigest.getInstance(algorithm.javaName());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Goes on behind what the file has, which is read for the digest. */
    static ContentWriter continuing(Path file, Checksum.Algorithm algorithm) throws IOException {
        var writer = new ContentWriter(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                algorithm);
        writer.readBack();
        return writer;
    }

    private void readBack() throws IOException {
        var buffer = ByteBuffer.allocate(CHUNK);
        while (channel.read(buffer, position) > 0) {
            digest.update(buffer.array(), 0, buffer.position());
            position += buffer.position();
            buffer.clear();
        }
    }

    /** Of a file that is there. */
    static Checksum digest(Path file, Checksum.Algorithm algorithm) throws IOException {
        var reader = new ContentWriter(FileChannel.open(file, StandardOpenOption.READ), algorithm);
        try (var _ = reader.channel) {
            reader.readBack();
            return reader.sum();
        }
    }

    long position() {
        return position;
    }

    /** Begins anew. */
    void clear() throws IOException {
        channel.truncate(0);
        digest.reset();
        position = 0;
    }

    void write(byte[] bytes, int length) throws IOException {
        if (!Arrays.equals(bytes, 0, length, ZEROS, 0, length)) {
            var buffer = ByteBuffer.wrap(bytes, 0, length);
            var at = position;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
        }
        digest.update(bytes, 0, length);
        position += length;
    }

    /** Once everything is written: on the disk, and what it is. */
    Checksum finish() throws IOException {
        close();
        return sum();
    }

    private Checksum sum() {
        return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
    }

    /** What was left out at the end is there too. */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            if (channel.size() < position) {
                channel.write(ByteBuffer.allocate(1), position - 1);
            }
            channel.force(false);
        }
    }
}
