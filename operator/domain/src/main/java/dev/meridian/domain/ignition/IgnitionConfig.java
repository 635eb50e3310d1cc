package dev.meridian.domain.ignition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** What can be said of a configuration before a guest has it, which would not get beyond its first boot. */
public final class IgnitionConfig {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private IgnitionConfig() {}

    /** What is wrong with it, completing the sentence "it ..."; never what stands there. */
    public static Optional<String> mistake(byte[] content) {
        try {
            var version = JSON.readTree(content).path("ignition").path("version");
            return version.isTextual()
                    ? Optional.empty()
                    : Optional.of("has no ignition.version; give what Butane makes of your configuration");
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            return Optional.of("is no JSON from line %d, column %d on; give what Butane makes of your configuration"
                    .formatted(place.getLineNr(), place.getColumnNr()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
