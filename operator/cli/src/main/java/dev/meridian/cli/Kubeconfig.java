package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What kubectl's configuration files say together: of a name that is in several, the first file's counts, and paths are
 * those beside the file (kubernetes.io: Organizing Cluster Access Using kubeconfig Files).
 */
record Kubeconfig(
        Optional<String> currentContext,
        Map<String, ObjectNode> contexts,
        Map<String, ObjectNode> clusters,
        Map<String, ObjectNode> users) {

    private static final List<String> PATHS_OF_CLUSTERS = List.of("certificate-authority");
    private static final List<String> PATHS_OF_USERS = List.of("client-certificate", "client-key", "tokenFile");

    /** The file that a flag names must be there; others may be missing. */
    static Kubeconfig read(Optional<String> flag, Map<String, String> environment) {
        if (flag.isPresent()) {
            return merged(List.of(file(Path.of(flag.get()))));
        }
        var listed = environment.getOrDefault("KUBECONFIG", "");
        var paths = listed.isEmpty()
                ? List.of(Path.of(environment.getOrDefault("HOME", "/"), ".kube", "config"))
                : List.of(listed.split(":")).stream()
                        .filter(path -> !path.isEmpty())
                        .map(Path::of)
                        .toList();
        return merged(paths.stream().filter(Files::exists).map(Kubeconfig::file).toList());
    }

    private static Kubeconfig file(Path path) {
        String text;
        try {
            text = Files.readString(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            throw Failure.error("stat %s: no such file or directory".formatted(path));
        } catch (IOException e) {
            throw Failure.error("loading config file \"%s\": %s".formatted(path, e));
        }
        var content = Json.ofYaml(text, "config file \"" + path + "\"");
        if (content.isObject() || content.isMissingNode() || content.isNull()) {
            return of(content, path.toAbsolutePath().resolveSibling(".").normalize());
        }
        throw Failure.error("config file \"%s\" is no kubeconfig: it has no fields".formatted(path));
    }

    static Kubeconfig of(JsonNode content, Path directory) {
        var clusters = named(content, "clusters", "cluster");
        clusters.values().forEach(cluster -> PATHS_OF_CLUSTERS.forEach(key -> resolve(cluster, key, directory)));
        var users = named(content, "users", "user");
        users.values().forEach(user -> {
            PATHS_OF_USERS.forEach(key -> resolve(user, key, directory));
            if (user.path("exec") instanceof ObjectNode exec
                    && exec.path("command").asText().contains("/")) {
                resolve(exec, "command", directory);
            }
        });
        var current = Optional.of(content.path("current-context").asText()).filter(name -> !name.isEmpty());
        return new Kubeconfig(current, named(content, "contexts", "context"), clusters, users);
    }

    private static Map<String, ObjectNode> named(JsonNode content, String list, String key) {
        var all = new LinkedHashMap<String, ObjectNode>();
        content.path(list).forEach(entry -> {
            var value = entry.path(key) instanceof ObjectNode object ? object : Json.object();
            all.putIfAbsent(entry.path("name").asText(), value);
        });
        return all;
    }

    private static void resolve(ObjectNode node, String key, Path directory) {
        var path = node.path(key).asText();
        if (!path.isEmpty()) {
            node.put(key, directory.resolve(path).normalize().toString());
        }
    }

    static Kubeconfig merged(List<Kubeconfig> files) {
        return new Kubeconfig(
                files.stream().flatMap(file -> file.currentContext().stream()).findFirst(),
                first(files.stream().map(Kubeconfig::contexts).toList()),
                first(files.stream().map(Kubeconfig::clusters).toList()),
                first(files.stream().map(Kubeconfig::users).toList()));
    }

    private static Map<String, ObjectNode> first(List<Map<String, ObjectNode>> maps) {
        var all = new LinkedHashMap<String, ObjectNode>();
        maps.forEach(map -> map.forEach(all::putIfAbsent));
        return all;
    }

    /** What of it is meant, with what flags say instead. */
    Chosen choose(Flags flags) {
        var name = flags.context().or(this::currentContext);
        var context = name.map(wanted -> Optional.ofNullable(contexts.get(wanted))
                        .orElseThrow(() -> Failure.error("context \"%s\" does not exist; the kubeconfig has %s"
                                .formatted(wanted, listed(contexts)))))
                .orElseGet(Json::object);
        var cluster = entry(clusters, flags.cluster(), context.path("cluster").asText(), "cluster");
        var user = entry(users, flags.user(), context.path("user").asText(), "auth info");
        flags.server().ifPresent(server -> cluster.put("server", server));
        if (flags.insecure()) {
            // Both together are refused by kubectl's own loader.
            cluster.put("insecure-skip-tls-verify", true);
            cluster.remove(List.of("certificate-authority", "certificate-authority-data"));
        }
        flags.token().ifPresent(token -> user.removeAll().put("token", token));
        var namespace = flags.namespace()
                .or(() -> Optional.of(context.path("namespace").asText()))
                .filter(text -> !text.isEmpty());
        return new Chosen(cluster, user, namespace);
    }

    private static ObjectNode entry(
            Map<String, ObjectNode> entries, Optional<String> flag, String ofContext, String what) {
        var name = flag.or(() -> Optional.of(ofContext)).filter(text -> !text.isEmpty());
        return name.map(wanted -> Optional.ofNullable(entries.get(wanted))
                        .orElseThrow(() -> Failure.error("%s \"%s\" does not exist; the kubeconfig has %s"
                                .formatted(what, wanted, listed(entries)))))
                .map(ObjectNode::deepCopy)
                .orElseGet(Json::object);
    }

    private static String listed(Map<String, ObjectNode> entries) {
        return entries.isEmpty() ? "none" : String.join(", ", entries.keySet());
    }

    /** What flags say in place of the files. */
    record Flags(
            Optional<String> context,
            Optional<String> cluster,
            Optional<String> user,
            Optional<String> namespace,
            Optional<String> server,
            Optional<String> token,
            boolean insecure) {}

    /** One cluster, one user, and the namespace, where one is named. */
    record Chosen(ObjectNode cluster, ObjectNode user, Optional<String> namespace) {
        Optional<String> server() {
            return Optional.of(cluster.path("server").asText()).filter(text -> !text.isEmpty());
        }

        /** A configuration of that alone. */
        String text() {
            var all =
                    Json.object().put("apiVersion", "v1").put("kind", "Config").put("current-context", "chosen");
            all.putArray("clusters").addObject().put("name", "chosen").set("cluster", cluster);
            all.putArray("users").addObject().put("name", "chosen").set("user", user);
            all.putArray("contexts")
                    .addObject()
                    .put("name", "chosen")
                    .putObject("context")
                    .put("cluster", "chosen")
                    .put("user", "chosen");
            return all.toString();
        }
    }
}
