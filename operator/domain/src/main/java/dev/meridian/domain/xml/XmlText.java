package dev.meridian.domain.xml;

import java.util.OptionalInt;

/** Which texts XML 1.0 can hold, escaped where need be. */
public final class XmlText {
    private XmlText() {}

    /** The first character that no escape helps: a control character, half a surrogate pair, U+FFFE, U+FFFF. */
    public static OptionalInt forbiddenIn(String text) {
        return text.codePoints().filter(XmlText::isForbidden).findFirst();
    }

    static String escaped(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> escape(out, c));
        return out.toString();
    }

    private static void escape(StringBuilder out, int c) {
        switch (c) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&apos;");
            case '\t', '\n', '\r' -> out.append("&#").append(c).append(';');
            default -> out.appendCodePoint(c);
        }
    }

    private static boolean isForbidden(int c) {
        return (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
                || (c >= 0xD800 && c <= 0xDFFF)
                || c == 0xFFFE
                || c == 0xFFFF;
    }
}
