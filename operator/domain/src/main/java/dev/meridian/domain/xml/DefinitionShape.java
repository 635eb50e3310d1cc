package dev.meridian.domain.xml;

import java.util.regex.Pattern;

/** Which elements and attributes a definition has, whatever their values. */
public final class DefinitionShape {
    private static final Pattern VALUES = Pattern.compile("\"[^\"]*\"|>[^<]+");

    private DefinitionShape() {}

    /** @param xml of {@link DomainXml}: in values, what delimits them is escaped */
    public static String of(String xml) {
        return VALUES.matcher(xml).replaceAll(value -> value.group().substring(0, 1));
    }
}
