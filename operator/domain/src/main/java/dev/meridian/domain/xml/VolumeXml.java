package dev.meridian.domain.xml;

import java.io.StringReader;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;

/** Reads what libvirt tells of a volume. */
public final class VolumeXml {
    private VolumeXml() {}

    /**
     * The format of its content, in libvirt's word.
     *
     * @throws IllegalArgumentException when the text is no XML
     */
    public static Optional<String> format(String xml) {
        try {
            var factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            var in = factory.createXMLStreamReader(new StringReader(xml));
            var inTarget = false;
            while (in.hasNext()) {
                switch (in.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (inTarget && in.getLocalName().equals("format")) {
                            return Optional.ofNullable(in.getAttributeValue(null, "type"));
                        }
                        inTarget = inTarget || in.getLocalName().equals("target");
                    }
                    case XMLStreamConstants.END_ELEMENT ->
                        inTarget = inTarget && !in.getLocalName().equals("target");
                    default -> {}
                }
            }
            return Optional.empty();
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("volume XML: " + e.getMessage(), e);
        }
    }
}
