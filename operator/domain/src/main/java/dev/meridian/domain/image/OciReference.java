package dev.meridian.domain.image;

import java.util.Optional;

/**
 * What stands in {@code spec.oci.reference}.
 *
 * @param registry host, with a port perhaps
 * @param digest of the manifest; it goes before the tag
 */
public record OciReference(String registry, String repository, String tag, Optional<Checksum> digest) {
    private static final String LATEST = "latest";

    /** @throws IllegalArgumentException when it names no registry, or a digest that is none */
    public static OciReference parse(String text) {
        var at = text.indexOf('@');
        var named = at < 0 ? text : text.substring(0, at);
        var slash = named.indexOf('/');
        if (slash <= 0) {
            throw new IllegalArgumentException(text + " names no registry");
        }
        var path = named.substring(slash + 1);
        var colon = path.indexOf(':');
        return new OciReference(
                named.substring(0, slash),
                colon < 0 ? path : path.substring(0, colon),
                colon < 0 ? LATEST : path.substring(colon + 1),
                at < 0 ? Optional.empty() : Optional.of(Checksum.parse(text.substring(at + 1))));
    }

    /** What the registry's API knows the manifest by. */
    public String manifest() {
        return digest.map(Checksum::toString).orElse(tag);
    }

    /** Docker's own registry answers elsewhere than it is named. */
    public String server() {
        return isDockers() ? "registry-1.docker.io" : registry;
    }

    public String apiRepository() {
        return isDockers() && repository.indexOf('/') < 0 ? "library/" + repository : repository;
    }

    private boolean isDockers() {
        return registry.equals("docker.io");
    }

    @Override
    public String toString() {
        return registry + "/" + repository + ":" + tag
                + digest.map(d -> "@" + d).orElse("");
    }
}
