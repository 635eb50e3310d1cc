package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.ValidationDriver;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** libvirt's own schemas, as VIR_DOMAIN_DEFINE_VALIDATE applies that of a domain. */
public final class LibvirtSchema {
    private static final Path SCHEMAS = Path.of("/usr/share/libvirt/schemas");

    private static final List<String> COMPLAINTS = new ArrayList<>();
    private static final ValidationDriver DOMAIN = driver("domain.rng");

    private LibvirtSchema() {}

    public static void assertValid(String xml) {
        assertValid(DOMAIN, xml);
    }

    public static void assertValidNetwork(String xml) {
        assertValid(driver("network.rng"), xml);
    }

    public static void assertValidFilter(String xml) {
        assertValid(driver("nwfilter.rng"), xml);
    }

    private static synchronized void assertValid(ValidationDriver driver, String xml) {
        COMPLAINTS.clear();
        try {
            driver.validate(new InputSource(new StringReader(xml)));
        } catch (IOException | SAXException e) {
            COMPLAINTS.add(String.valueOf(e.getMessage()));
        }
        assertThat(COMPLAINTS).as("complaints about\n%s", xml).isEmpty();
    }

    private static ValidationDriver driver(String name) {
        var schema = SCHEMAS.resolve(name);
        assertThat(Files.exists(schema))
                .as("%s is missing: install libvirt0 or libvirt-daemon, whichever brings it", schema)
                .isTrue();
        var properties = new PropertyMapBuilder();
        properties.put(ValidateProperty.ERROR_HANDLER, new Complaints());
        var driver = new ValidationDriver(properties.toPropertyMap());
        try {
            assertThat(driver.loadSchema(ValidationDriver.fileInputSource(schema.toFile())))
                    .as("%s cannot be read as RELAX NG: %s", schema, COMPLAINTS)
                    .isTrue();
        } catch (IOException | SAXException e) {
            throw new AssertionError(schema + " cannot be read", e);
        }
        return driver;
    }

    private static final class Complaints implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {}

        @Override
        public void error(SAXParseException e) {
            COMPLAINTS.add("line %d: %s".formatted(e.getLineNumber(), e.getMessage()));
        }

        @Override
        public void fatalError(SAXParseException e) {
            error(e);
        }
    }
}
