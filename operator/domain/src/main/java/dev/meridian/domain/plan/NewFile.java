package dev.meridian.domain.plan;

import java.util.Arrays;

/** A file that a start makes, in place of one that an earlier start made; what it holds may be secret. */
public final class NewFile {
    private final String path;
    private final byte[] content;

    public NewFile(String path, byte[] content) {
        this.path = path;
        this.content = content.clone();
    }

    public String path() {
        return path;
    }

    /** Without its directory. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public byte[] content() {
        return content.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NewFile file && path.equals(file.path) && Arrays.equals(content, file.content);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** Without the content. */
    @Override
    public String toString() {
        return "%s of %d bytes".formatted(path, content.length);
    }
}
