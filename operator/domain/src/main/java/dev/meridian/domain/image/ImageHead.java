package dev.meridian.domain.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first bytes of an image's file: what it is, and what it must not say. They are looked at before any program opens
 * the file: some formats are lists of other files, and opening them is reading those.
 */
public final class ImageHead {
    /** So many bytes tell; an ISO's mark comes last. */
    public static final int BYTES = 40 << 10;

    /** Larger than any file system's file that a qcow2 image would be put on. */
    public static final long MOST_VIRTUAL_BYTES = 64L << 40;

    private static final int ISO_MARK = 0x8001;
    private static final int QCOW2_HEADER = 72;
    private static final int EXTERNAL_DATA_FILE = 1 << 2;

    /** What a file is. */
    public enum Kind {
        qcow2,
        iso,
        /** None of the others. */
        raw,
        vmdk,
        vdi,
        vhd,
        vhdx,
        qed,
        luks,
        parallels,
        gzip,
        xz,
        zstd,
        bzip2
    }

    private final ByteBuffer bytes;

    /** @param bytes from 0 to its limit; fewer than {@link #BYTES} when the file is shorter */
    public ImageHead(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    public Kind kind() {
        if (startsWith("QFI\u00fb")) {
            return Kind.qcow2;
        }
        if (startsWith("KDMV") || startsWith("COWD") || startsWith("# Disk Desc")) {
            return Kind.vmdk;
        }
        if (startsWith("conectix")) {
            return Kind.vhd;
        }
        if (startsWith("vhdxfile")) {
            return Kind.vhdx;
        }
        if (startsWith("QED\0")) {
            return Kind.qed;
        }
        if (startsWith("LUKS\u00ba\u00be")) {
            return Kind.luks;
        }
        if (startsWith("WithoutFreeSpace") || startsWith("WithouFreSpacExt")) {
            return Kind.parallels;
        }
        if (has(0x40, "\u007f\u0010\u00da\u00be")) {
            return Kind.vdi;
        }
        return compressed().orElseGet(() -> has(ISO_MARK, "CD001") ? Kind.iso : Kind.raw);
    }

    private Optional<Kind> compressed() {
        if (startsWith("\u001f\u008b")) {
            return Optional.of(Kind.gzip);
        }
        if (startsWith("\u00fd7zXZ\0")) {
            return Optional.of(Kind.xz);
        }
        if (startsWith("(\u00b5/\u00fd")) {
            return Optional.of(Kind.zstd);
        }
        return startsWith("BZh") ? Optional.of(Kind.bzip2) : Optional.empty();
    }

    /** Why a qcow2 file may not be opened; completes the sentence "the file ...". */
    public Optional<String> qcow2Refusal() {
        if (bytes.limit() < QCOW2_HEADER) {
            return Optional.of("ends within its header");
        }
        var version = bytes.getInt(4);
        if (version != 2 && version != 3) {
            return Optional.of("is of qcow2's version %d; convert it with qemu-img convert"
                    .formatted(Integer.toUnsignedLong(version)));
        }
        if (bytes.getLong(8) != 0) {
            return Optional.of("names a backing file; flatten it with qemu-img convert");
        }
        if (bytes.getInt(32) != 0) {
            return Optional.of("is encrypted; decrypt it with qemu-img convert");
        }
        var size = bytes.getLong(24);
        if (Long.compareUnsigned(size, MOST_VIRTUAL_BYTES) > 0) {
            return Optional.of("has a virtual size of %s bytes; at most %d are taken"
                    .formatted(Long.toUnsignedString(size), MOST_VIRTUAL_BYTES));
        }
        if (version == 3 && bytes.limit() >= 80 && (bytes.getLong(72) & EXTERNAL_DATA_FILE) != 0) {
            return Optional.of("names a data file; flatten it with qemu-img convert");
        }
        return Optional.empty();
    }

    private boolean startsWith(String mark) {
        return has(0, mark);
    }

    private boolean has(int at, String mark) {
        var wanted = mark.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.limit() >= at + wanted.length
                && bytes.slice(at, wanted.length).equals(ByteBuffer.wrap(wanted));
    }
}
