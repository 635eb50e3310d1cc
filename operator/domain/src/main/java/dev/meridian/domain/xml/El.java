package dev.meridian.domain.xml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An XML element as a value: attributes, then either text or children. It can hold nothing but what the generator
 * wrote, whatever the strings are; a string with a character that XML 1.0 cannot hold is refused.
 */
public record El(String name, Map<String, String> attributes, String text, List<El> children) {
    public El {
        attributes = new LinkedHashMap<>(attributes);
        children = List.copyOf(children);
    }

    public static El el(String name) {
        return new El(name, Map.of(), "", List.of());
    }

    public El with(String attribute, Object value) {
        return with(Map.of(attribute, value.toString()));
    }

    public El with(Map<String, String> more) {
        var all = new LinkedHashMap<>(attributes);
        all.putAll(more);
        return new El(name, all, text, children);
    }

    public El text(Object value) {
        return new El(name, attributes, value.toString(), children);
    }

    public El with(El... more) {
        return with(List.of(more));
    }

    public El with(List<El> more) {
        var all = new ArrayList<>(children);
        all.addAll(more);
        return new El(name, attributes, text, all);
    }

    public El with(Optional<El> child) {
        return with(child.stream().toList());
    }

    public String toXml() {
        var out = new StringBuilder();
        write(out, "");
        return out.toString();
    }

    private void write(StringBuilder out, String indent) {
        out.append(indent).append('<').append(name);
        attributes.forEach((attribute, value) -> out.append(' ')
                .append(attribute)
                .append("=\"")
                .append(escaped(value))
                .append('"'));
        if (children.isEmpty() && text.isEmpty()) {
            out.append("/>\n");
            return;
        }
        out.append('>').append(escaped(text));
        if (!children.isEmpty()) {
            out.append('\n');
            children.forEach(child -> child.write(out, indent + "  "));
            out.append(indent);
        }
        out.append("</").append(name).append(">\n");
    }

    private static String escaped(String value) {
        var out = new StringBuilder(value.length());
        value.codePoints().forEach(c -> escape(out, c));
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
            default -> out.appendCodePoint(allowed(c));
        }
    }

    private static int allowed(int c) {
        if (c < 0x20 || (c >= 0xD800 && c <= 0xDFFF) || c == 0xFFFE || c == 0xFFFF) {
            throw new IllegalArgumentException("character U+%04X cannot stand in XML".formatted(c));
        }
        return c;
    }
}
