package dev.meridian.e2e;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The elements of a document with the names of their attributes: what a string in it must not be able to change. */
record DomainShape(List<String> elements) {
    static DomainShape of(String xml) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var elements = new ArrayList<String>();
            collect(
                    factory.newDocumentBuilder()
                            .parse(new InputSource(new StringReader(xml)))
                            .getDocumentElement(),
                    "",
                    elements);
            elements.sort(Comparator.naturalOrder());
            return new DomainShape(elements);
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError("no XML: " + xml, e);
        }
    }

    private static void collect(Element element, String above, List<String> into) {
        var path = above + "/" + element.getTagName();
        var attributes = element.getAttributes();
        into.add(path
                + IntStream.range(0, attributes.getLength())
                        .mapToObj(i -> attributes.item(i).getNodeName())
                        .sorted()
                        .collect(Collectors.joining(" @", " @", "")));
        for (var child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element inner) {
                collect(inner, path, into);
            }
        }
    }
}
