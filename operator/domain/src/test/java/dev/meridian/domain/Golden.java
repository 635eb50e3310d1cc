package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files that hold what is expected; {@code -Dcases.write=true} writes what comes out, for review in the diff. */
public final class Golden {
    private static final boolean WRITE = Boolean.getBoolean("cases.write");

    private Golden() {}

    /** Each condition in one line; their times are the matter of {@code ConditionsTest}. */
    public static String text(VirtualMachineStatus status) {
        return text(Yaml.tree(status), status.conditions());
    }

    public static String text(JsonNode status, List<Condition> all) {
        var fields = (ObjectNode) status;
        var conditions = fields.putObject("conditions");
        all.forEach(c -> conditions.put(
                c.type(),
                "%s %s %s".formatted(c.status(), c.reason(), c.message()).strip()));
        return Yaml.write(fields);
    }

    public static void expect(Path file, Optional<String> actual) throws IOException {
        if (WRITE) {
            if (actual.isPresent()) {
                Files.writeString(file, actual.get());
            } else {
                Files.deleteIfExists(file);
            }
        }
        var expected = Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.<String>empty();
        assertThat(actual).as("%s (-Dcases.write=true writes it)", file).isEqualTo(expected);
    }
}
