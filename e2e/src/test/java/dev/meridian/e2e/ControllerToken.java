package dev.meridian.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** The token of one controller process: its id tells that process's requests from another's in the audit log. */
record ControllerToken(Testbed testbed, String id) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    /** @param process controller or standby, which is running */
    static ControllerToken of(Testbed testbed, String process) {
        var kubeconfig = new File(new File(testbed.kubeconfig()).getParentFile(), process + ".kubeconfig");
        var token = Config.fromKubeconfig(kubeconfig).getOauthToken();
        var first = token.indexOf('.') + 1;
        var claims = token.substring(first, token.indexOf('.', first));
        var payload = new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8);
        return new ControllerToken(testbed, json(payload).path("jti").asText());
    }

    /** Writes but those of Leases, whatever came of them: verb, address and status code. */
    List<String> writesSince(Instant since) {
        return since(since).stream()
                .filter(request -> WRITES.contains(request.path("verb").asText()))
                .filter(request -> !resource(request).equals("leases"))
                .map(request -> "%s %s %s"
                        .formatted(
                                request.path("verb").asText(),
                                request.path("requestURI").asText(),
                                request.path("responseStatus").path("code").asText()))
                .toList();
    }

    List<JsonNode> requestsSince(Instant since, String resource) {
        return since(since).stream()
                .filter(request -> resource(request).equals(resource))
                .toList();
    }

    private List<JsonNode> since(Instant since) {
        try (var lines = Files.lines(Path.of(testbed.auditLog()))) {
            return lines.filter(line -> line.contains("JTI=" + id) && line.endsWith("}"))
                    .map(ControllerToken::json)
                    .filter(request -> request.path("stage").asText().equals("ResponseComplete"))
                    .filter(request -> !Instant.parse(
                                    request.path("requestReceivedTimestamp").asText())
                            .isBefore(since))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(JsonNode request) {
        return request.path("objectRef").path("resource").asText();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }
}
