package dev.meridian.cli;

import dev.meridian.api.v1alpha1.Meridian;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A kind of object, and where the API server has it. */
enum Kind {
    MACHINE("virtualmachine", Meridian.GROUP),
    IMAGE("virtualmachineimage", Meridian.GROUP),
    NETWORK("virtualmachinenetwork", Meridian.GROUP),
    MIGRATION("virtualmachinemigration", Meridian.GROUP),
    POD("pod", ""),
    NODE("node", ""),
    NAMESPACE("namespace", "");

    private final String singular;
    private final String group;

    Kind(String singular, String group) {
        this.singular = singular;
        this.group = group;
    }

    /** As kubectl writes it: {@code virtualmachine.meridian.dev/web}. */
    String of(String name) {
        return singular + (group.isEmpty() ? "" : "." + group) + "/" + name;
    }

    /** @param namespace empty: of all */
    String collection(Optional<String> namespace) {
        return (group.isEmpty() ? "/api/v1" : "/apis/" + group + "/" + Meridian.VERSION)
                + namespace.map(name -> "/namespaces/" + encoded(name)).orElse("")
                + "/" + singular + "s";
    }

    /** @param namespace of a kind that has any */
    String path(String namespace, String name) {
        if (name.isEmpty()) {
            throw Failure.error("NAME: it is empty; give the name of a %s".formatted(singular));
        }
        return collection(in(namespace)) + "/" + encoded(name);
    }

    /** Empty for a kind that has no namespaces. */
    Optional<String> in(String namespace) {
        return switch (this) {
            case MACHINE, IMAGE, NETWORK, MIGRATION, POD -> Optional.of(namespace);
            case NODE, NAMESPACE -> Optional.empty();
        };
    }

    /** No name leads elsewhere. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
