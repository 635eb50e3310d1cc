package dev.meridian.agent.images;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Small files of JSON that are there whole or not at all. */
final class Notes {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Notes() {}

    /** One that cannot be understood is none. */
    static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        try {
            return Optional.ofNullable(JSON.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException | JacksonException _) {
            return Optional.empty();
        }
    }

    /** On one line. */
    static String text(Object value) throws JacksonException {
        return JSON.writeValueAsString(value);
    }

    static <T> T of(String text, Class<T> type) throws JacksonException {
        return JSON.readValue(text, type);
    }

    static void write(Path file, Object value) throws IOException {
        var fresh = Files.createTempFile(file.getParent(), ".note", null);
        Files.write(fresh, JSON.writeValueAsBytes(value));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
