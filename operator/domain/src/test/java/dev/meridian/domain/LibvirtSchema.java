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

/** libvirt's own schema of a domain, as VIR_DOMAIN_DEFINE_VALIDATE applies it. */
public final class LibvirtSchema {
    private static final Path DOMAIN = Path.of("/usr/share/libvirt/schemas/domain.rng");

    private static final List<String> COMPLAINTS = new ArrayList<>();
    private static final ValidationDriver DRIVER = driver();

    private LibvirtSchema() {}

    public static synchronized void assertValid(String xml) {
        COMPLAINTS.clear();
        try {
            DRIVER.validate(new InputSource(new StringReader(xml)));
        } catch (IOException | SAXException e) {
            COMPLAINTS.add(String.valueOf(e.getMessage()));
        }
        assertThat(COMPLAINTS).as("complaints of %s about\n%s", DOMAIN, xml).isEmpty();
    }

    private static ValidationDriver driver() {
        assertThat(Files.exists(DOMAIN))
                .as("%s is missing: install libvirt0 or libvirt-daemon, whichever brings it", DOMAIN)
                .isTrue();
        var properties = new PropertyMapBuilder();
        properties.put(ValidateProperty.ERROR_HANDLER, new Complaints());
        var driver = new ValidationDriver(properties.toPropertyMap());
        try {
            assertThat(driver.loadSchema(ValidationDriver.fileInputSource(DOMAIN.toFile())))
                    .as("%s cannot be read as RELAX NG: %s", DOMAIN, COMPLAINTS)
                    .isTrue();
        } catch (IOException | SAXException e) {
            throw new AssertionError(DOMAIN + " cannot be read", e);
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
