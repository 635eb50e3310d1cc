package dev.meridian.domain.xml;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A digest by which an edit of a definition is noticed. */
public final class DefinitionMark {
    /** What we change ourselves while a machine's definition stays the same. */
    private static final Pattern OURS =
            Pattern.compile("<metadata>.*?</metadata>|<name>[^<]*</name>|adjustment='[^']*'", Pattern.DOTALL);

    private static final int BYTES = 8;

    private DefinitionMark() {}

    /**
     * @param libvirtVersion by which the text was written: another one may write the same definition otherwise
     * @param xml the inactive XML, as libvirt wrote it
     */
    public static String of(long libvirtVersion, String xml) {
        var text = OURS.matcher(xml).replaceAll("");
        var digest = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return "%d-%d/%s"
                .formatted(libvirtVersion, DomainXml.GENERATION, HexFormat.of().formatHex(digest, 0, BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
