package dev.meridian.domain.cloudinit;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** What can be said of user data before a guest has it: cloud-init tells of mistakes in the guest's log alone. */
public final class UserData {
    private static final String CLOUD_CONFIG = "#cloud-config";

    private UserData() {}

    /** Where a cloud-config is no YAML, by the grammar that cloud-init's own parser has; never what stands there. */
    public static Optional<String> mistake(byte[] content) {
        // What is no UTF-8 has other characters in those places, and the line breaks where they are.
        var lenient = new String(content, StandardCharsets.UTF_8);
        if (!CLOUD_CONFIG.equals(lenient.lines().findFirst().map(String::strip).orElse(""))) {
            return Optional.empty(); // a script, a template, MIME, a gzip archive
        }
        try {
            new Yaml(new LoaderOptions()).parse(new StringReader(text(content))).forEach(_ -> {});
            return Optional.empty();
        } catch (CharacterCodingException _) {
            return Optional.of("a byte that UTF-8 does not have");
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            return Optional.of("line %d, column %d".formatted(mark.getLine() + 1, mark.getColumn() + 1));
        } catch (YAMLException _) {
            return Optional.of("a character that YAML does not have");
        }
    }

    private static String text(byte[] content) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content))
                .toString();
    }
}
