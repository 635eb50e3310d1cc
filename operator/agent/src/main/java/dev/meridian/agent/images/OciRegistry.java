package dev.meridian.agent.images;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.domain.image.BearerChallenge;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.OciManifest;
import dev.meridian.domain.image.OciReference;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import okhttp3.Response;

/** One repository of a registry, by OCI's distribution API: manifests, blobs, and the token that they ask for. */
final class OciRegistry {
    static final String FIELD = "spec.oci.reference";
    private static final int LONGEST_MANIFEST = 4 << 20;

    /** A manifest, and what it is known by. */
    record Read(OciManifest manifest, Checksum digest) {}

    private final GuardedHttp http;
    private final OciReference reference;
    private final Credentials credentials;
    private Optional<String> authorization;

    OciRegistry(GuardedHttp http, OciReference reference, Credentials credentials) {
        this.http = http;
        this.reference = reference;
        this.credentials = credentials;
        this.authorization = credentials.header();
    }

    /** What the reference means now. */
    Read manifest() throws IOException {
        return manifest(reference.manifest(), reference.digest());
    }

    Read manifest(Checksum digest) throws IOException {
        return manifest(digest.toString(), Optional.of(digest));
    }

    private Read manifest(String name, Optional<Checksum> expected) throws IOException {
        var url = url("manifests/" + name);
        try (var response = get(url, Map.of("Accept", OciManifest.MEDIA_TYPES))) {
            if (response.code() != 200) {
                throw http.failure(url, response);
            }
            var text = response.body().byteStream().readNBytes(LONGEST_MANIFEST + 1);
            if (text.length > LONGEST_MANIFEST) {
                throw wrong("has a manifest of more than %d bytes".formatted(LONGEST_MANIFEST));
            }
            var digest = digest(text, expected);
            if (expected.isPresent() && !expected.get().equals(digest)) {
                throw wrong("gives a manifest of digest %s for %s".formatted(digest, expected.get()));
            }
            return new Read(OciManifest.parse(new String(text, StandardCharsets.UTF_8)), digest);
        } catch (IllegalArgumentException e) {
            throw wrong("has a manifest that " + e.getMessage());
        }
    }

    private static Checksum digest(byte[] text, Optional<Checksum> like) {
        var algorithm = like.map(Checksum::algorithm).orElse(Checksum.Algorithm.sha256);
        try {
            var digest = MessageDigest.getInstance(algorithm.javaName()).digest(text);
            return new Checksum(algorithm, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    URI blob(Checksum digest) {
        return url("blobs/" + digest);
    }

    private URI url(String path) {
        return URI.create("https://%s/v2/%s/%s".formatted(reference.server(), reference.apiRepository(), path));
    }

    /** What the registry was last asked with: a token, if it wants one. */
    Optional<String> authorization() {
        return authorization;
    }

    /** Asks once more with a token where the registry wants one. */
    private Response get(URI url, Map<String, String> headers) throws IOException {
        var response = http.get(url, headers, authorization);
        if (response.code() != 401) {
            return response;
        }
        var challenge = response.headers("WWW-Authenticate").stream()
                .flatMap(header -> BearerChallenge.parse(header).stream())
                .findFirst();
        if (challenge.isEmpty()) {
            return response;
        }
        response.close();
        authorization = Credentials.bearer(token(challenge.get())).header();
        return http.get(url, headers, authorization);
    }

    private String token(BearerChallenge challenge) throws IOException {
        var query = challenge.parameters().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var realm = challenge.realm();
        var url = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
        try (var response = http.get(url, Map.of(), credentials.header())) {
            if (response.code() != 200) {
                throw http.failure(url, response);
            }
            var text = response.body().byteStream().readNBytes(LONGEST_MANIFEST);
            var answer = new ObjectMapper().readTree(text);
            return answer.path("token").asText(answer.path("access_token").asText());
        } catch (JacksonException _) {
            throw wrong("has a token server that answers no JSON");
        }
    }

    private ImageFailed wrong(String how) {
        return ImageFailed.ofUser("ImageRefused", "%s: %s %s".formatted(FIELD, reference, how));
    }
}
