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

    private String escaped(String value) {
        XmlText.forbiddenIn(value).ifPresent(c -> {
            throw new IllegalArgumentException("<%s>: character U+%04X cannot stand in XML".formatted(name, c));
        });
        return XmlText.escaped(value);
    }
}
