package dev.meridian.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** kubectl's own flags: which cluster, as whom, in which namespace. */
final class ConnectionFlags {
    @Option(
            names = "--kubeconfig",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            order = 100,
            description = "The kubeconfig, in place of those of $KUBECONFIG and ~/.kube/config.")
    private @Nullable String kubeconfig;

    @Option(
            names = "--context",
            scope = ScopeType.INHERIT,
            paramLabel = "CONTEXT",
            order = 101,
            description = "The kubeconfig's context to use.")
    private @Nullable String context;

    @Option(
            names = "--cluster",
            scope = ScopeType.INHERIT,
            paramLabel = "CLUSTER",
            order = 102,
            description = "The kubeconfig's cluster to use.")
    private @Nullable String cluster;

    @Option(
            names = "--user",
            scope = ScopeType.INHERIT,
            paramLabel = "USER",
            order = 103,
            description = "The kubeconfig's user to use.")
    private @Nullable String user;

    @Option(
            names = {"-n", "--namespace"},
            scope = ScopeType.INHERIT,
            paramLabel = "NAMESPACE",
            order = 104,
            description = "The namespace, in place of the context's.")
    private @Nullable String namespace;

    @Option(
            names = "--as",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            order = 105,
            description = "Whom to impersonate.")
    private @Nullable String as;

    @Option(
            names = "--as-group",
            scope = ScopeType.INHERIT,
            paramLabel = "GROUP",
            order = 106,
            description = "A group to impersonate; may be given again.")
    private @Nullable List<String> asGroups;

    @Option(
            names = "--as-uid",
            scope = ScopeType.INHERIT,
            paramLabel = "UID",
            order = 107,
            description = "The uid to impersonate.")
    private @Nullable String asUid;

    @Option(
            names = {"-s", "--server"},
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            order = 108,
            description = "The API server, in place of the cluster's.")
    private @Nullable String server;

    @Option(
            names = "--token",
            scope = ScopeType.INHERIT,
            paramLabel = "TOKEN",
            order = 109,
            description = "Bearer token, in place of the user's credentials.")
    private @Nullable String token;

    @Option(
            names = "--insecure-skip-tls-verify",
            scope = ScopeType.INHERIT,
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            order = 110,
            description = "Believe any certificate of the API server.")
    private boolean insecure;

    @Option(
            names = "--request-timeout",
            scope = ScopeType.INHERIT,
            paramLabel = "DURATION",
            order = 111,
            description = "How long one request may take, such as 5s; 0, the default: for ever.")
    private String requestTimeout = "0";

    /** Where it was said, and not taken from a context. */
    Optional<String> namespace() {
        return Optional.ofNullable(namespace);
    }

    Kubeconfig kubeconfig(Map<String, String> environment) {
        return Kubeconfig.read(Optional.ofNullable(kubeconfig), environment);
    }

    Connection connection(Map<String, String> environment) {
        var timeout = Durations.parse("--request-timeout", requestTimeout);
        var groups = asGroups == null ? List.<String>of() : List.copyOf(asGroups);
        if (as == null && (!groups.isEmpty() || asUid != null)) {
            throw Failure.error(
                    "--as: it is missing, and --as-group and --as-uid are of whom it names; give --as NAME");
        }
        var chosen = kubeconfig(environment)
                .choose(new Kubeconfig.Flags(
                        Optional.ofNullable(context),
                        Optional.ofNullable(cluster),
                        Optional.ofNullable(user),
                        Optional.ofNullable(namespace),
                        Optional.ofNullable(server),
                        Optional.ofNullable(token),
                        insecure));
        return new Connection(
                chosen,
                new Connection.Impersonation(Optional.ofNullable(as), groups, Optional.ofNullable(asUid)),
                timeout);
    }
}
