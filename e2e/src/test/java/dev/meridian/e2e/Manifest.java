package dev.meridian.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A manifest as it goes to the API server: nothing of ours looks at it before. */
record Manifest(ObjectNode document) {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Set<String> OF_THE_CLUSTER = Set.of("Hypervisor", "HypervisorPolicy", "VirtualMachineClass");

    static Manifest parse(String yaml) {
        try {
            return new Manifest((ObjectNode) YAML.readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Under a name that no object has: a test may have created what a page shows. */
    Manifest ofNoOtherName() {
        var renamed = document.deepCopy();
        renamed.withObject("/metadata").put("name", "page-" + UUID.randomUUID());
        return new Manifest(renamed);
    }

    /** What the API server checks, creating nothing. Gives its refusal. */
    Optional<String> dryRun(KubernetesClient client, String namespace) {
        return post(client, namespace, "&dryRun=All");
    }

    /** Gives the API server's refusal. */
    Optional<String> create(KubernetesClient client, String namespace) {
        return post(client, namespace, "");
    }

    private Optional<String> post(KubernetesClient client, String namespace, String more) {
        try {
            client.raw(collection(namespace) + "?fieldValidation=Strict" + more, "POST", document);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return Optional.of(message(e));
        }
    }

    private static String message(KubernetesClientException e) {
        return e.getStatus() == null
                ? String.valueOf(e.getMessage())
                : e.getStatus().getMessage();
    }

    private String collection(String namespace) {
        var kind = document.path("kind").asText();
        return "/apis/" + document.path("apiVersion").asText()
                + (OF_THE_CLUSTER.contains(kind) ? "" : "/namespaces/" + namespace)
                + "/" + plural(kind);
    }

    private static String plural(String kind) {
        var lower = kind.toLowerCase(Locale.ROOT);
        return lower.endsWith("y")
                ? lower.substring(0, lower.length() - 1) + "ies"
                : lower + (lower.endsWith("s") ? "es" : "s");
    }
}
