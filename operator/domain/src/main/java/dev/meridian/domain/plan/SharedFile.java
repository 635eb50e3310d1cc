package dev.meridian.domain.plan;

import dev.meridian.domain.machine.Digests;
import java.util.HexFormat;

/**
 * A file of a claim that both nodes of a migration have: the one to which the guest goes holds it open and locks one byte of
 * it, far beyond its end; the other, which has the guest, sees the lock in the file that the guest has open, or it is another
 * file. Nothing is written for that, and nobody else has a reason to lock just this byte.
 *
 * @param disk its name
 * @param mark the byte
 */
public record SharedFile(String disk, PassedFile file, long mark) {
    /** Beyond the end of whatever fits on a disk; with what is added it stays a positive long. */
    private static final long FAR = 1L << 62;

    private static final int DIGITS = 14;

    static SharedFile of(String disk, PassedFile file, String migration) {
        var digest = Digests.sha256(migration + "/" + file.group());
        return new SharedFile(disk, file, FAR + HexFormat.fromHexDigitsToLong(digest, 0, DIGITS));
    }
}
