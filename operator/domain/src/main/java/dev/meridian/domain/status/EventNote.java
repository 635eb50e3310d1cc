package dev.meridian.domain.status;

/** An Event's note: at most 1024 bytes of UTF-8, as events.k8s.io counts it; what is longer loses its end. */
public record EventNote(String text) {
    private static final int MOST_BYTES = 1024;

    public EventNote {
        text = text.substring(0, end(text));
    }

    /** Behind the last code point that has room whole. */
    private static int end(String text) {
        var bytes = 0;
        var at = 0;
        while (at < text.length()) {
            var codePoint = text.codePointAt(at);
            bytes += bytes(codePoint);
            if (bytes > MOST_BYTES) {
                return at;
            }
            at += Character.charCount(codePoint);
        }
        return at;
    }

    private static int bytes(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }
}
