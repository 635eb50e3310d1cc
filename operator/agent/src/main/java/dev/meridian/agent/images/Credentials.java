package dev.meridian.agent.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a source is asked with, as a Secret's files say.
 *
 * @param header value of Authorization
 */
record Credentials(Optional<String> header) {
    static final Credentials NONE = new Credentials(Optional.empty());

    /**
     * Of a Secret with token, or with username and password.
     *
     * @param field of the spec that names the Secret, for messages
     */
    static Credentials ofServer(Path secret, String field) throws IOException {
        var token = file(secret, "token");
        return token.isPresent() ? bearer(token.get()) : basic(secret, field);
    }

    /** Of a Secret of type kubernetes.io/dockerconfigjson, or with username and password. */
    static Credentials ofRegistry(Path secret, String registry, String field) throws IOException {
        var config = file(secret, ".dockerconfigjson");
        if (config.isEmpty()) {
            return basic(secret, field);
        }
        var auths = new ObjectMapper().readTree(config.get()).path("auths");
        return List.of(
                        registry,
                        "https://" + registry,
                        "https://" + registry + "/v1/",
                        "https://index." + registry + "/v1/")
                .stream()
                .map(auths::path)
                .filter(JsonNode::isObject)
                .findFirst()
                .map(Credentials::ofEntry)
                .orElse(NONE);
    }

    private static Credentials ofEntry(JsonNode entry) {
        return entry.hasNonNull("auth")
                ? new Credentials(Optional.of("Basic " + entry.path("auth").asText()))
                : basic(entry.path("username").asText(), entry.path("password").asText());
    }

    private static Credentials basic(Path secret, String field) throws IOException {
        var username = file(secret, "username");
        var password = file(secret, "password");
        if (username.isEmpty() || password.isEmpty()) {
            throw ImageFailed.ofUser(
                    "InvalidSecret", field + ": the Secret has no username and password; add them to it");
        }
        return basic(username.get(), password.get());
    }

    private static Credentials basic(String username, String password) {
        return new Credentials(Optional.of("Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8))));
    }

    static Credentials bearer(String token) {
        return new Credentials(Optional.of("Bearer " + token));
    }

    private static Optional<String> file(Path secret, String key) throws IOException {
        try {
            return Optional.of(Files.readString(secret.resolve(key)).strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Nobody may read them in a log. */
    @Override
    public String toString() {
        return header.isPresent() ? "credentials" : "no credentials";
    }
}
