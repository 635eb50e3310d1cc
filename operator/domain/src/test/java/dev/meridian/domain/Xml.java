package dev.meridian.domain;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** XML as a parser other than ours sees it. */
public final class Xml {
    private Xml() {}

    public static Document parse(String xml) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setAttribute("jdk.xml.maxGeneralEntitySizeLimit", "0");
            factory.setAttribute("jdk.xml.totalEntitySizeLimit", "0");
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new InputSource(new StringReader(xml)));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError("no XML: " + e.getMessage(), e);
        }
    }

    /** Every element by its path, with the names of its attributes. */
    public static List<String> structure(String xml) {
        var lines = new ArrayList<String>();
        walk(parse(xml).getDocumentElement(), element -> lines.add(path(element) + attributeNames(element)));
        return lines;
    }

    /** Every attribute's value and every element's own text, in the order of {@link #structure}. */
    public static List<String> texts(String xml) {
        var texts = new ArrayList<String>();
        walk(parse(xml).getDocumentElement(), element -> {
            attributeNames(element).forEach(name -> texts.add(element.getAttribute(name)));
            if (children(element).isEmpty()) {
                texts.add(element.getTextContent());
            }
        });
        return texts;
    }

    public static List<Element> children(Element parent) {
        var children = new ArrayList<Element>();
        for (var node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static void walk(Element element, Consumer<Element> visit) {
        visit.accept(element);
        children(element).forEach(child -> walk(child, visit));
    }

    private static String path(Element element) {
        return element.getParentNode() instanceof Element parent
                ? path(parent) + "/" + element.getTagName()
                : element.getTagName();
    }

    private static List<String> attributeNames(Element element) {
        var names = new ArrayList<String>();
        var attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            names.add(attributes.item(i).getNodeName());
        }
        return names.stream().sorted().toList();
    }
}
